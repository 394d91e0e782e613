import { describe, expect, it, vi } from "vitest";
import { Dag, type TaskContext, type TaskRef } from "../../../runtime/index.ts";
import { type SqlOptions, sql } from "../../../runtime/operators/sql.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { acquire, lockOn } from "../../support/lease-tasks.ts";
import { inTask } from "../../support/running-task.ts";
import { troubleOf } from "../../support/trouble.ts";

const connection = "test_postgres";

/** Far more than it takes, far less than what is waited for would take by itself. */
const busyMachine = { timeout: 60_000, interval: 20 };

describe("the rows of the last statement that returns any", () => {
  it.each([
    { select: "1::smallint, 2::integer, 3::oid", row: { int2: 1, int4: 2, oid: 3 } },
    { select: "9223372036854775807::bigint AS big", row: { big: "9223372036854775807" } },
    { select: "12345678901234567890.10::numeric AS n", row: { n: "12345678901234567890.10" } },
    {
      select: "0.1::float8 AS d, 'NaN'::float8 AS n, '-Infinity'::float4 AS i",
      row: { d: 0.1, n: "NaN", i: "-Infinity" },
    },
    { select: "true AS t, false AS f, NULL AS n", row: { t: true, f: false, n: null } },
    {
      select: "timestamptz '2024-01-01 00:00:00.123456+00' AT TIME ZONE 'UTC' AS t",
      row: { t: "2024-01-01 00:00:00.123456" },
    },
    { select: "date 'infinity' AS d, '{a,NULL}'::text[] AS a", row: { d: "infinity", a: "{a,NULL}" } },
    { select: `'{"a":1.5,"s":"1234567890123456789"}'::jsonb AS j`, row: { j: { a: 1.5, s: "1234567890123456789" } } },
    {
      select: `'[1234567890123456789, -0.1234567890123456789]'::json AS j`,
      row: { j: ["1234567890123456789", "-0.1234567890123456789"] },
    },
  ])("are JSON values that lose no digit: $select", async ({ select, row }) => {
    const database = await createDatabase(18);
    expect((await run(database, { text: `SELECT ${select}` })).rows).toEqual([row]);
  });

  it("come from before a statement that returns none; rowCount is the last statement's", async () => {
    const database = await createDatabase(16);
    const text = "CREATE TABLE t (a integer); SELECT 'one' AS a; INSERT INTO t VALUES (1), (2)";
    expect(await run(database, { text })).toEqual({ rowCount: 2, rows: [{ a: "one" }] });
  });

  it.each([
    { text: "SELECT generate_series(1, 10001)", found: "10001 rows" },
    { text: "SELECT repeat('x', 1000000) FROM generate_series(1, 20)", found: "more than 16 MiB" },
  ])("are bounded: $found is an error that no retry mends", async ({ text, found }) => {
    const error = await troubleOf(run(await createDatabase(18), { text }));
    expect(error.trouble).toMatchObject({ isRetryable: false, found: expect.stringContaining(found) });
  });
});

describe("what SQL can read", () => {
  it("is who is running, and each input as JSON text, whatever is in them", async () => {
    const database = await createDatabase(18);
    const nasty = `'; DROP TABLE "x"; -- \\ $$ $1 \u{1f600}`;
    const { rows } = await run(
      database,
      {
        text: `SELECT current_setting('dagwright.run_id') AS run, current_setting('dagwright.map_index') AS map,
                 current_setting('dagwright.lease_token') AS token, current_setting('dagwright.logical_date') AS at,
                 current_setting('dagwright.hashes')::jsonb ->> 'schema' AS schema, current_setting('dagwright.none') AS none`,
        inputs: { hashes: taskNamed("hashes"), none: taskNamed("none") },
      },
      { values: { hashes: { schema: nasty }, none: null }, context: { runId: nasty } },
    );
    expect(rows).toEqual([{ run: nasty, map: "-1", token: "", at: "", schema: nasty, none: "null" }]);
  });

  it.each(["run_id", "lease", "LEASE_TOKEN", "a-b", "1a", ""])("may not be named %j", (name) => {
    expect(() => sql({ connection, text: "SELECT 1", inputs: { [name]: taskNamed("t") } })).toThrow(
      "an input is named",
    );
  });
});

describe("transactions", () => {
  it("are each committed before the next starts", async () => {
    const database = await createDatabase(18);
    const transactions = [
      "CREATE TABLE t (a integer); INSERT INTO t VALUES (1)",
      "INSERT INTO t VALUES (2); SELECT 1 / 0",
    ];
    const error = await troubleOf(run(database, { transactions }));
    expect(error.message).toContain("transaction 2 of 2");
    expect(error.message).toContain("division by zero (SQLSTATE 22012)");
    expect(await database.query("SELECT a FROM t")).toEqual([{ a: 1 }]);
  });

  it.each([
    { text: "BEGIN; SELECT 1", says: "line 1 says BEGIN" },
    { text: "SELECT 1;\n/* c */ commit", says: "line 2 says COMMIT" },
    { text: "SELECT 1;\nEND;", says: "line 2 says END" },
    { text: "START TRANSACTION READ ONLY", says: "START" },
    { text: "SELECT 'x';rollback", says: "ROLLBACK" },
    { text: "PREPARE TRANSACTION 'x'", says: "PREPARE" },
  ])("may not be ended or begun by the text: $text", ({ text, says }) => {
    expect(() => sql({ connection, text })).toThrow(says);
  });

  it.each([
    "SELECT ';COMMIT;'; SELECT $$;COMMIT;$$; -- ;COMMIT\nSELECT E'\\';COMMIT' /* ;COMMIT /* */ */",
    "CREATE FUNCTION f() RETURNS integer BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END",
    "SAVEPOINT a; ROLLBACK TO SAVEPOINT a; RELEASE a",
    "DO $do$ BEGIN PERFORM 1; END $do$",
  ])("may hold what only looks like it: %s", async (text) => {
    await run(await createDatabase(16), { text });
  });

  it.each(["", "  \n"])("need a statement: %j", (text) => {
    expect(() => sql({ connection, text })).toThrow("without SQL");
  });
});

describe("an error of a statement", () => {
  it("names SQLSTATE, message and line, counting characters as PostgreSQL does", async () => {
    const error = await troubleOf(
      run(await createDatabase(18), { text: "SELECT '\u{1f600}ä';\n\nSELECT * FROM nowhere" }),
    );
    expect(error.trouble.where).toContain("line 3");
    expect(error.trouble.found).toContain('relation "nowhere" does not exist (SQLSTATE 42P01)');
  });

  it.each([
    { name: "syntax", text: "SELEC", isRetryable: false },
    { name: "a unique key", text: "CREATE TABLE u (a int UNIQUE); INSERT INTO u VALUES (1), (1)", isRetryable: false },
    { name: "a statement timeout", text: "SET LOCAL statement_timeout = 1; SELECT pg_sleep(10)", isRetryable: true },
    { name: "a killed session", text: "SELECT pg_terminate_backend(pg_backend_pid())", isRetryable: true },
  ])("of $name is repeatable: $isRetryable", async ({ text, isRetryable }) => {
    const error = await troubleOf(run(await createDatabase(18), { text }));
    expect(error.trouble.isRetryable ?? true).toBe(isRetryable);
  });
});

it("a cancelled task's statement ends on the server too", async () => {
  const database = await createDatabase(18);
  const controller = new AbortController();
  const asleep = () =>
    database.query("SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()");
  // The server does not look for its client again: only the task itself can end the statement.
  const text = "SET LOCAL client_connection_check_interval = 0; SELECT pg_sleep(600)";
  const slept = run(database, { text }, { context: { signal: controller.signal } });
  const refused = expect(slept).rejects.toThrow("cancelled");
  await vi.waitFor(async () => expect(await asleep()).toHaveLength(1), busyMachine);
  controller.abort(new Error("cancelled"));
  await refused;
  await vi.waitFor(async () => expect(await asleep()).toEqual([]), busyMachine);
}, 150_000);

describe("under a lease", () => {
  it("a retry does only the transactions that were not committed, and returns what they returned", async () => {
    const database = await createDatabase(18);
    const lease = await acquire(database, "run_a");
    const transactions = ["CREATE TABLE t AS SELECT 1 AS a", "INSERT INTO t VALUES (2) RETURNING a"];
    const first = await run(database, { transactions, under: lockOn(connection) }, { values: { lease } });
    const second = await run(database, { transactions, under: lockOn(connection) }, { values: { lease } });
    expect(second).toEqual(first);
    expect(await database.query("SELECT a FROM t ORDER BY a")).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("a run that acquired anew does its work again", async () => {
    const database = await createDatabase(18);
    await database.query("CREATE TABLE t (token text)");
    const options = {
      text: "INSERT INTO t SELECT current_setting('dagwright.lease_token')",
      under: lockOn(connection),
    };
    for (const _ of [1, 2]) await run(database, options, { values: { lease: await acquire(database, "run_a") } });
    expect(await database.query("SELECT token FROM t ORDER BY 1")).toEqual([{ token: "1" }, { token: "2" }]);
  });
});

function run(
  database: TestDatabase,
  options: Partial<SqlOptions>,
  task: { values?: Record<string, unknown>; context?: Partial<TaskContext> } = {},
) {
  return inTask({ connections: [database.connection], context: { ...task.context } }, () =>
    sql({ connection, ...options } as SqlOptions).execute(task.values ?? {}),
  );
}

function taskNamed(id: string): TaskRef<unknown> {
  return new Dag("d").empty(id);
}
