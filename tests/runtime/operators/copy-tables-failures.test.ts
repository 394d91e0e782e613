import { describe, expect, it } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import {
  copy,
  createPair,
  createStoppingPair,
  sequencesOf,
  tasksOfTheDatabase,
  untilNoTasksOf,
} from "../../support/copy-tasks.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { openSession, untilWaiting } from "../../support/lease-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";

describe("a target of another shape", () => {
  it("is refused with every difference, and nothing is written", async () => {
    const [source, target] = await createPair(16, 18);
    await source.query(`CREATE TYPE mood AS ENUM ('a');
      CREATE TABLE missing (id integer); CREATE TABLE fine (id integer);
      CREATE TABLE other (id integer, name varchar(50), how mood, made integer GENERATED ALWAYS AS (id * 2) STORED, "Gone" text);
      CREATE SEQUENCE lost; ALTER TABLE fine ADD n bigint DEFAULT nextval('lost')`);
    await target.query(`CREATE SCHEMA elsewhere; CREATE TYPE elsewhere.mood AS ENUM ('a');
      CREATE TABLE fine (id integer, n bigint); INSERT INTO fine VALUES (1, 1);
      CREATE TABLE other (id bigint, name varchar(60), how elsewhere.mood, made integer, extra text)`);
    const error = await troubleOf(copy(source, target));
    expect(error.trouble.isRetryable).toBe(false);
    expect(error.trouble.found!.split("; ")).toEqual([
      "missing: no such table in the target",
      "other.id: integer in the source, bigint in the target",
      "other.name: character varying(50) in the source, character varying(60) in the target",
      "other.how: public.mood in the source, elsewhere.mood in the target",
      "other.made: generated only in the source",
      'other."Gone": no such column in the target',
      "other.extra: no such column in the source",
      "public.lost: no such sequence in the target",
    ]);
    expect(await target.query("SELECT id FROM fine")).toEqual([{ id: 1 }]);
  });

  it("is refused when a table that is not copied refers to one that is", async () => {
    const [source, target] = await createPair(18, 18);
    await source.query("CREATE TABLE a (id integer PRIMARY KEY)");
    await target.query("CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (a integer REFERENCES a (id))");
    const error = await troubleOf(copy(source, target));
    expect(error.message).toContain("public.b → public.a (b_a_fkey)");
    expect(error.trouble.isRetryable).toBe(false);
  });

  it.each([
    { choice: { tables: ["film", "fil"] }, says: "fil" },
    { choice: { exclude: ["film_p1"] }, says: "film_p1" },
    { choice: { schemas: ["nowhere"] }, says: "schemas nowhere" },
  ])("is not looked at when the source has nothing of $choice", async ({ choice, says }) => {
    const [source, target] = await createPair(18, 18);
    await source.query(
      "CREATE TABLE film (id integer) PARTITION BY LIST (id); CREATE TABLE film_p1 PARTITION OF film DEFAULT",
    );
    const error = await troubleOf(copy(source, target, choice));
    expect(error.trouble).toMatchObject({ isRetryable: false, found: expect.stringContaining(says) });
  });
});

describe("a copy that breaks off in the middle of a table", () => {
  it.each([
    { event: "the source's session is killed", kill: "source" },
    { event: "the target's session is killed", kill: "target" },
    { event: "the task is cancelled", kill: "task" },
  ] as const)("leaves the target as it was when $event", async ({ kill }) => {
    const [source, target] = await createStoppingPair();
    const before = [await fingerprint(target), await sequencesOf(target)];
    const stop = await openSession(target);
    await stop.query("SELECT pg_advisory_lock(1)");
    const controller = new AbortController();
    const copied = copy(source, target, {}, { context: { signal: controller.signal } }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await untilWaiting(target, "advisory");
    if (kill === "task") controller.abort(new Error("cancelled"));
    else await killTasksOf(kill === "source" ? source : target);
    // A session that was ended does not need the lock any more; one whose peer was killed still waits for it.
    if (kill === "source") await stop.query("SELECT pg_advisory_unlock(1)");
    const error = await copied;
    if (kill === "task") expect(error).toMatchObject({ message: "cancelled" });
    else expect(await troubleOf(Promise.reject(error))).not.toMatchObject({ trouble: { isRetryable: false } });
    expect([await fingerprint(target), await sequencesOf(target)]).toEqual(before);
    for (const database of [source, target]) await untilNoTasksOf(database);
  });

  it("leaves the target as it was, sequences included, when its last step fails", async () => {
    const [source, target] = await createPair(16, 18);
    const schema = "CREATE TABLE counted (id serial PRIMARY KEY, n integer)";
    await source.query(`${schema}; INSERT INTO counted (n) SELECT generate_series(0, 9)`);
    await target.query(`${schema}; INSERT INTO counted (n) VALUES (1);
      CREATE MATERIALIZED VIEW broken AS SELECT 1 / n AS x FROM counted`);
    const before = [await fingerprint(target), await sequencesOf(target)];
    const { trouble } = await troubleOf(copy(source, target));
    expect(trouble).toMatchObject({ where: "connection target", found: expect.stringContaining("division by zero") });
    expect([await fingerprint(target), await sequencesOf(target)]).toEqual(before);
  });
});

it("rows that break a key of the target's are refused in its name, without their values", async () => {
  const [source, target] = await createPair(18, 18);
  await source.query("CREATE TABLE a (id integer, b integer); CREATE TABLE b (id integer, a integer)");
  await target.query(`CREATE TABLE a (id integer PRIMARY KEY, b integer); CREATE TABLE b (id integer PRIMARY KEY, a integer);
    ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a`);
  await source.query("INSERT INTO a VALUES (1, 4711)");
  const { trouble } = await troubleOf(copy(source, target));
  expect(trouble).toMatchObject({ where: "table public.a, connection target", isRetryable: false });
  expect(trouble.found).toMatch(/table a, constraint a_b_fkey \(SQLSTATE 23503\)$/);
  expect(trouble.found).not.toContain("4711");
});

describe("tables that are in use", () => {
  it("show their readers all of the old rows, then all of the new ones", async () => {
    const [source, target] = await createStoppingPair();
    const stop = await openSession(target);
    await stop.query("SELECT pg_advisory_lock(1)");
    const [before] = await target.query<{ rows: string }>("SELECT count(*) AS rows FROM first");
    const copied = copy(source, target);
    await untilWaiting(target, "advisory");
    const read = target.query<{ rows: string }>("SELECT count(*) AS rows FROM first");
    await untilWaiting(target, "relation");
    await stop.query("SELECT pg_advisory_unlock(1)");
    await copied;
    expect([before!.rows, (await read)[0]!.rows]).toEqual(["1", "3"]);
  });

  it("make the copy wait for lockTimeout, then fail, to be tried again", async () => {
    const [source, target] = await createStoppingPair();
    const reader = await openSession(target);
    await reader.query("BEGIN; SELECT FROM first");
    const error = await troubleOf(copy(source, target, { lockTimeout: 1 }));
    expect(error.trouble).toMatchObject({
      where: "connection target",
      found: expect.stringContaining("SQLSTATE 55P03"),
      isRetryable: true,
    });
  });

  it("are copied by two at once one after the other", async () => {
    const [source, target] = await createStoppingPair();
    await Promise.all([copy(source, target), copy(source, target)]);
    expect(await fingerprint(target)).toEqual(await fingerprint(source));
  });
});

async function killTasksOf(database: TestDatabase): Promise<void> {
  const killed = await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity ${tasksOfTheDatabase}`);
  expect(killed).toHaveLength(1);
}
