import { describe, expect, it } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import type { Progress } from "../../../runtime/contract.ts";
import { copyTables } from "../../../runtime/operators/copy-tables.ts";
import { copy, createPair, rulesOf, sequencesOf } from "../../support/copy-tasks.ts";
import { acquire, leaseKey, lockOn } from "../../support/lease-tasks.ts";
import { emptyOdd, oddSchema } from "../../support/odd-schema.ts";

const ways = [
  { from: 16, to: 18 },
  { from: 18, to: 16 },
  { from: 18, to: 18 },
] as const;
const schemas = ["public", "Odd.Schema"];

describe.each(ways)("copying an odd schema from PostgreSQL $from to $to", ({ from, to }) => {
  const virtual = from === 18 && to === 18;

  it("makes every table's content the same, and its sequences and materialised views", async () => {
    const [source, target] = await createPair(from, to);
    await source.query(oddSchema({ virtual }));
    await target.query(oddSchema({ virtual }));
    await target.query(emptyOdd);
    const expected = await fingerprint(source);
    expect(await fingerprint(target)).not.toEqual(expected);
    const result = await copy(source, target, { schemas });
    expect(await fingerprint(target)).toEqual(expected);
    expect(await sequencesOf(target)).toEqual(await sequencesOf(source));
    expect(result).toMatchObject({ spilled: false, snapshot: expect.stringMatching(/^[0-9A-F-]+$/) });
    expect(result.tables).toMatchObject({
      measured: { rows: 701 },
      '"Quoted ""Name"".with.dots"': { rows: 1 },
      '"Odd.Schema"."Order"': { rows: 1 },
      nothing: { rows: 2, bytes: 2 },
      empty_table: { rows: 0, bytes: 0 },
    });
  });

  it("leaves triggers and constraints of the target as they were", async () => {
    const [source, target] = await createPair(from, to);
    await source.query(oddSchema({ virtual }));
    await target.query(oddSchema({ virtual }));
    const before = await rulesOf(target);
    await copy(source, target, { schemas });
    expect(await rulesOf(target)).toEqual(before);
  });
});

it("refreshes a target that was copied before", async () => {
  const [source, target] = await createPair(16, 18);
  for (const database of [source, target]) await database.query(oddSchema({ virtual: false }));
  await copy(source, target, { schemas });
  await source.query(`DELETE FROM generated WHERE net > 50; UPDATE article SET body = 'thin dogs'; SELECT nextval('downwards');
    INSERT INTO measured VALUES ('2025-12-31', 'w', 5); TRUNCATE with_holes; REFRESH MATERIALIZED VIEW zz_base; REFRESH MATERIALIZED VIEW aa_on_top`);
  await copy(source, target, { schemas });
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
  expect(await sequencesOf(target)).toEqual(await sequencesOf(source));
});

it("copies between partitioned and plain tables, with other orders of columns", async () => {
  const [source, target] = await createPair(18, 16);
  await source.query(`CREATE TABLE a (id integer, name text) PARTITION BY LIST (id); CREATE TABLE a_1 PARTITION OF a DEFAULT;
    INSERT INTO a VALUES (1, 'x'); CREATE TABLE b (id integer, name text); INSERT INTO b VALUES (1, 'y'), (2, 'z')`);
  await target.query(`CREATE TABLE a (name text, id integer);
    CREATE TABLE b (name text, id integer) PARTITION BY LIST (id); CREATE TABLE b_1 PARTITION OF b FOR VALUES IN (1, 2)`);
  await copy(source, target);
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
});

it.each([
  { choice: { tables: ["film", '"Odd"."Name"'] }, copied: ['"Odd"."Name"', "film"] },
  { choice: { exclude: ["actor"] }, copied: ["film"] },
  { choice: { schemas: ["Odd"] }, copied: ['"Odd"."Name"'] },
])("copies only what is chosen: $choice", async ({ choice, copied }) => {
  const [source, target] = await createPair(16, 18);
  const schema = 'CREATE SCHEMA "Odd"; CREATE TABLE "Odd"."Name" (); CREATE TABLE actor (); CREATE TABLE film ()';
  for (const database of [source, target]) await database.query(schema);
  expect(Object.keys((await copy(source, target, choice)).tables)).toEqual(copied);
});

it("reads all tables from one moment, whatever is written meanwhile", async () => {
  const [source, target] = await createPair(16, 18);
  for (const database of [source, target])
    await database.query("CREATE TABLE a (n integer); CREATE TABLE b (n integer)");
  let isCopying = true;
  const writing = (async () => {
    for (let n = 0; isCopying; n += 1) await source.query(`INSERT INTO a VALUES (${n}); INSERT INTO b VALUES (${n})`);
  })();
  const results = [await copy(source, target), await copy(source, target), await copy(source, target)];
  isCopying = false;
  await writing;
  for (const { tables } of results) expect(tables["a"]!.rows).toBe(tables["b"]!.rows);
});

it("under a lease, returns what an earlier try committed and could not report", async () => {
  const [source, target] = await createPair(16, 18);
  for (const database of [source, target]) await database.query("CREATE TABLE a AS SELECT 1 AS n");
  const lease = await acquire(target, "run_a", leaseKey);
  const task = { context: { runId: "run_a" } };
  const first = await copy(source, target, { under: lockOn("target") }, { ...task, inputs: { lease } });
  await source.query("INSERT INTO a VALUES (2)");
  expect(await copy(source, target, { under: lockOn("target") }, { ...task, inputs: { lease } })).toEqual(first);
  expect(await target.query("SELECT n FROM a")).toEqual([{ n: 1 }]);
});

it("reports bytes and rows of each table as it goes", async () => {
  const [source, target] = await createPair(16, 18);
  for (const database of [source, target]) await database.query("CREATE TABLE a AS SELECT 12 AS n");
  const progress: Progress[] = [];
  await copy(source, target, {}, { progress });
  expect(progress.at(-1)).toEqual({ table: "a", rows: 1, bytes: 3 });
});

it.each([
  { options: { from: "a", to: "a" }, says: "from and to are both" },
  { options: { from: "a", to: "b", lockTimeout: 301 }, says: "from 1 to 300" },
])("is refused in the DAG file: $says", ({ options, says }) => {
  expect(() => copyTables(options)).toThrow(says);
});
