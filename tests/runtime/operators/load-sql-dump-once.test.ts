// What makes a load happen wholly, once, or not at all: interruptions, leases, ifEmpty.

import { appendFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { acquire, openSession, untilWaiting } from "../../support/lease-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";
import { dumpFile, loadFile, relations } from "./dump-loads.ts";

/** A dump of 10 MB, and its table, whose row 5,000 waits for advisory lock 1: much of the COPY is then still to be sent. */
async function slowLoad(database: TestDatabase): Promise<string> {
  await database.query(`CREATE TABLE t (id integer, filler text);
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END';
    CREATE TRIGGER wait BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 5000) EXECUTE FUNCTION wait()`);
  const rows = Array.from({ length: 20_000 }, (_, id) => `${id}\t${"x".repeat(500)}\n`);
  return dumpFile(`INSERT INTO t VALUES (-1);\nCOPY t (id, filler) FROM stdin;\n${rows.join("")}\\.\n`);
}

describe("a load that is interrupted in the middle of a COPY", () => {
  it("may be tried again when its session was ended, and has left nothing", async () => {
    const database = await createDatabase(18);
    const file = await slowLoad(database);
    const blocker = await openSession(database);
    await blocker.query("SELECT pg_advisory_lock(1)");
    const loading = troubleOf(loadFile(database, file));
    await untilWaiting(database, "advisory");
    await database.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    const { trouble } = await loading;
    expect(trouble).toMatchObject({
      what: "the load was interrupted",
      where: expect.stringMatching(/dump\.sql:5003$/),
    });
    expect(trouble.isRetryable).not.toBe(false);
    expect(await database.query("SELECT count(*)::int AS rows FROM t")).toEqual([{ rows: 0 }]);
    await blocker.query("SELECT pg_advisory_unlock(1)");
    expect((await loadFile(database, file)).tables).toMatchObject({ t: { rows: 20_000 } });
  });

  it("ends at once when the task is cancelled", async () => {
    const database = await createDatabase(18);
    const file = await slowLoad(database);
    const blocker = await openSession(database);
    await blocker.query("SELECT pg_advisory_lock(1)");
    const cancellation = new AbortController();
    const loading = loadFile(database, file, { signal: cancellation.signal });
    await untilWaiting(database, "advisory");
    cancellation.abort(new Error("cancelled"));
    await expect(loading).rejects.toThrow("cancelled");
    await blocker.query("SELECT pg_advisory_unlock(1)");
    expect(await database.query("SELECT count(*)::int AS rows FROM t")).toEqual([{ rows: 0 }]);
  });
});

describe("under a lease", () => {
  it("a try after one that committed returns its result and loads nothing", async () => {
    const database = await createDatabase(18);
    await database.query("CREATE TABLE public.t (id integer)");
    const file = await dumpFile(
      "SELECT pg_catalog.set_config('search_path', '', false);\nCOPY public.t FROM stdin;\n1\n\\.\n",
    );
    const lease = await acquire(database, "run_a");
    const first = await loadFile(database, file, { lease });
    expect(await loadFile(database, file, { lease })).toEqual(first);
    expect(await database.query("SELECT id FROM t")).toEqual([{ id: 1 }]);
    await loadFile(database, file, { lease: await acquire(database, "run_a") });
    expect(await database.query("SELECT id FROM t")).toEqual([{ id: 1 }, { id: 1 }]);
  });

  it("a dump that becomes another user still leaves its ledger row", async () => {
    const database = await createDatabase(18);
    const file = await dumpFile("SET SESSION AUTHORIZATION pg_database_owner;\nSELECT 1;\n");
    const lease = await acquire(database, "run_a");
    await loadFile(database, file, { lease });
    expect(await database.query("SELECT FROM dagwright.ledger")).toHaveLength(1);
  });

  it("nothing is loaded when another run has it", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    await database.query("UPDATE dagwright.lease SET token = 99, run_id = 'run_b'");
    const file = await dumpFile("CREATE TABLE t ();\n");
    expect((await troubleOf(loadFile(database, file, { lease }))).message).toContain("the lease was taken over");
    expect(await relations(database)).toEqual([]);
  });
});

describe("with ifEmpty", () => {
  it("loads into an empty schema, and leaves one with tables alone", async () => {
    const database = await createDatabase(18);
    const file = await dumpFile("CREATE TABLE t ();\n");
    expect(await loadFile(database, file, { ifEmpty: true })).toMatchObject({ statements: 1, bytes: 19 });
    expect(await loadFile(database, file, { ifEmpty: true })).toMatchObject({ statements: 0, bytes: 19, tables: {} });
  });

  it("refuses a file that changes between its two readings", async () => {
    const database = await createDatabase(18);
    const blocker = await openSession(database);
    await blocker.query("SELECT pg_advisory_lock(1)");
    const comments = `-- ${"x".repeat(60)}\n`.repeat(50_000);
    const file = await dumpFile(`CREATE TABLE t ();\nSELECT pg_advisory_xact_lock(1);\n${comments}`);
    const loading = troubleOf(loadFile(database, file, { ifEmpty: true }));
    await untilWaiting(database, "advisory");
    await appendFile(file, "SELECT 1;\n");
    await blocker.query("SELECT pg_advisory_unlock(1)");
    expect((await loading).message).toContain("the file was changed while it was loaded");
    expect(await relations(database)).toEqual([]);
  });
});
