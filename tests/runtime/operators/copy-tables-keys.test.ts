import { beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { fingerprint } from "../../../quickstart/fingerprint.ts";
import { copy, createPair, createStoppingPair, rulesOf } from "../../support/copy-tasks.ts";
import { openSession, untilWaiting } from "../../support/lease-tasks.ts";
import { oddKeys } from "../../support/odd-keys.ts";
import { troubleOf } from "../../support/trouble.ts";

let log: MockInstance<typeof console.log>;
beforeEach(() => {
  log = vi.spyOn(console, "log").mockClear();
});

const loggedKeys = () => log.mock.calls.map(String).filter((line) => line.startsWith("Foreign keys"));

const twoTables = `CREATE TABLE first (id integer PRIMARY KEY);
  CREATE TABLE second (id integer CONSTRAINT key REFERENCES first DEFERRABLE)`;
const threeRows = "INSERT INTO first VALUES (1), (2), (3); INSERT INTO second VALUES (1), (3)";

describe("foreign keys between the copied tables", () => {
  it.each([
    // PostgreSQL 18 gives a partition's part of one of them another name.
    { from: 16, to: 18, same: 8, changed: 4 },
    { from: 18, to: 16, same: 9, changed: 3 },
    { from: 18, to: 18, same: 8, changed: 4 },
  ] as const)(
    "are afterwards as they were, of every kind, from PostgreSQL $from to $to",
    async ({ from, to, same, changed }) => {
      const [source, target] = await createPair(from, to);
      await source.query(oddKeys(from));
      await target.query(oddKeys(to));
      const before = await rulesOf(target);
      await source.query("UPDATE self SET up = 1; DELETE FROM to_parts WHERE part > 20");
      await copy(source, target, { schemas: ["public", "Odd.Schema"] });
      expect(await rulesOf(target)).toEqual(before);
      expect(await fingerprint(target)).toEqual(await fingerprint(source));
      expect(loggedKeys()).toEqual([
        `Foreign keys between the tables: ${same} checked at once after the last row, ${1 + changed} row by row ` +
          `(1 NOT VALID, ${changed} that would not come back the same)`,
      ]);
    },
  );

  it("check the rows that are written afterwards, as before", async () => {
    const [source, target] = await createPair(16, 18);
    for (const database of [source, target]) await database.query(`${twoTables}; ${threeRows}`);
    await copy(source, target);
    await expect(target.query("INSERT INTO second VALUES (4)")).rejects.toMatchObject({ constraint: "key" });
    await expect(target.query("DELETE FROM first WHERE id = 1")).rejects.toMatchObject({ constraint: "key" });
  });

  it.each([
    { kind: "of plain tables", tables: twoTables, constraint: "key" },
    {
      kind: "of partitions",
      tables: `CREATE TABLE first (id integer PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE first_1 PARTITION OF first DEFAULT;
        CREATE TABLE second (id integer, CONSTRAINT key FOREIGN KEY (id) REFERENCES first) PARTITION BY LIST (id);
        CREATE TABLE second_1 PARTITION OF second DEFAULT`,
      constraint: "key",
    },
    {
      kind: "to the table itself",
      tables: `CREATE TABLE first (id integer PRIMARY KEY);
        CREATE TABLE second (id integer, self integer UNIQUE, CONSTRAINT key FOREIGN KEY (id) REFERENCES second (self))`,
      constraint: "key",
    },
  ])("$kind, when the rows break one: it is named, and the target is as it was", async ({ tables, constraint }) => {
    const [source, target] = await createPair(18, 18);
    await target.query(tables);
    await target.query("INSERT INTO first VALUES (8)");
    await source.query(`${tables}; ALTER TABLE second DROP CONSTRAINT key;
      INSERT INTO first VALUES (1); INSERT INTO second VALUES (4711)`);
    const before = [await fingerprint(target), await rulesOf(target)];
    const { trouble } = await troubleOf(copy(source, target));
    expect(loggedKeys()).toEqual(["Foreign keys between the tables: 1 checked at once after the last row"]);
    expect(trouble).toMatchObject({
      what: "PostgreSQL refused",
      where: "table public.second, connection target",
      found: expect.stringMatching(
        new RegExp(`violates foreign key.*; table second(_1)?, constraint ${constraint} \\(SQLSTATE 23503\\)$`),
      ),
      isRetryable: false,
    });
    expect(trouble.found).not.toContain("4711");
    expect([await fingerprint(target), await rulesOf(target)]).toEqual(before);
  });

  it("are never missed by another session: who reads or writes waits, and its rows are checked", async () => {
    const [source, target] = await createStoppingPair();
    const before = await rulesOf(target);
    const stop = await openSession(target);
    await stop.query("SELECT pg_advisory_lock(1)");
    const copied = copy(source, target);
    await untilWaiting(target, "advisory");
    expect(loggedKeys()).toHaveLength(1);
    expect(await target.query("SELECT conname FROM pg_constraint WHERE contype = 'f'")).toEqual([
      { conname: "second_id_fkey" },
    ]);
    const inserted = expect(target.query("INSERT INTO second VALUES (4711, '')")).rejects.toMatchObject({
      code: "23503",
      constraint: "second_id_fkey",
    });
    await untilWaiting(target, "relation");
    await stop.query("SELECT pg_advisory_unlock(1)");
    await copied;
    await inserted;
    expect(await rulesOf(target)).toEqual(before);
    expect(await fingerprint(target)).toEqual(await fingerprint(source));
  });
});

describe("foreign keys that stay while the rows come", () => {
  it.each([
    {
      kind: "NOT VALID ones check new rows",
      rule: "ALTER TABLE second DROP CONSTRAINT key, ADD CONSTRAINT key FOREIGN KEY (id) REFERENCES first NOT VALID",
      why: "0 checked at once after the last row, 1 row by row (1 NOT VALID)",
    },
    {
      kind: "of a target whose event trigger refuses to drop them",
      rule: `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not here'; END $$;
        CREATE EVENT TRIGGER refuse ON sql_drop EXECUTE FUNCTION refuse()`,
      why: "0 checked at once after the last row, 1 row by row (1 that may not be dropped and added (not here))",
    },
  ])("$kind", async ({ rule, why }) => {
    const [source, target] = await createPair(16, 18);
    await source.query(`${twoTables}; ${threeRows}`);
    await target.query(`${twoTables}; ${rule}`);
    const before = await rulesOf(target);
    await copy(source, target);
    expect(loggedKeys()).toEqual([`Foreign keys between the tables: ${why}`]);
    expect([await fingerprint(target), await rulesOf(target)]).toEqual([await fingerprint(source), before]);
    await source.query("ALTER TABLE second DROP CONSTRAINT key; INSERT INTO second VALUES (4)");
    expect((await troubleOf(copy(source, target))).message).toContain("constraint key");
  });

  it("NOT ENFORCED ones, which nothing checks", async () => {
    const [source, target] = await createPair(16, 18);
    await source.query(
      `${twoTables}; ALTER TABLE second DROP CONSTRAINT key; ${threeRows}; INSERT INTO second VALUES (4)`,
    );
    await target.query(`${twoTables}; ALTER TABLE second DROP CONSTRAINT key,
      ADD CONSTRAINT key FOREIGN KEY (id) REFERENCES first NOT ENFORCED`);
    const before = await rulesOf(target);
    await copy(source, target);
    expect([await fingerprint(target), await rulesOf(target)]).toEqual([await fingerprint(source), before]);
    expect(loggedKeys()).toEqual([]);
  });

  it("all, where the session leaves keys unchecked", async () => {
    const [source, target] = await createPair(16, 18);
    await source.query(
      `${twoTables}; ALTER TABLE second DROP CONSTRAINT key; ${threeRows}; INSERT INTO second VALUES (4)`,
    );
    await target.query(`${twoTables};
      ALTER DATABASE ${target.connection.schema} SET session_replication_role = replica`);
    const before = await rulesOf(target);
    await copy(source, target);
    expect([await fingerprint(target), await rulesOf(target)]).toEqual([await fingerprint(source), before]);
    expect(loggedKeys()).toEqual([]);
  });
});
