import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import {
  connectPostgres,
  openPostgres,
  type PostgresSession,
  pinDataSettings,
  toKnownError,
} from "../../../runtime/connections/postgres.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { isKnownError, type KnownError } from "../../../runtime/errors.ts";
import { createDatabase } from "../../support/databases.ts";
import { inTask } from "../../support/running-task.ts";

const test = { applicationName: "test" };

describe.each([16, 18] as const)("a session on PostgreSQL %i", (version) => {
  it("is opened for a declared connection and carries the task's name", async () => {
    const { connection } = await createDatabase(version);
    const name = await inTask({ connections: [connection] }, async () => {
      const session = await openPostgres("test_postgres");
      const { rows } = await session.query("SHOW application_name");
      await session.end();
      return rows[0].application_name;
    });
    expect(name).toBe("dagwright test_dag.test_task");
  });

  it.each<[string, JsonObject, string, string]>([
    ["application_name", { application_name: "mine" }, "application_name", "mine"],
    ["options", { options: "-c search_path=staging -c geqo=off" }, "search_path", "staging"],
    ["options with a space in a value", { options: "-c my.own=a\\ b" }, "my.own", "a b"],
    ["connect_timeout as text", { connect_timeout: "5" }, "server_encoding", "UTF8"],
    ["connect_timeout 0", { connect_timeout: 0 }, "server_encoding", "UTF8"],
    ["keepalives", { keepalives: 0, keepalives_idle: "60", keepalives_count: 3 }, "server_encoding", "UTF8"],
    ["what only Airflow's hook reads", { cursor: "dictcursor", iam: false, redshift: true }, "server_encoding", "UTF8"],
    ["a primary", { target_session_attrs: "primary" }, "server_encoding", "UTF8"],
    ["a writable server", { target_session_attrs: "read-write" }, "transaction_read_only", "off"],
    ["prefer-standby", { target_session_attrs: "prefer-standby" }, "server_encoding", "UTF8"],
  ])("honours or ignores extras: %s", async (_, extra, setting, expected) => {
    const { connection } = await createDatabase(version);
    const session = await connectPostgres({ ...connection, extra }, test);
    const { rows } = await session.query("SELECT current_setting($1) AS value", [setting]);
    await session.end();
    expect(rows[0].value).toBe(expected);
  });

  it("shows data in one way, whatever the server's and the login's defaults", async () => {
    const { connection, query } = await createDatabase(version);
    await query(`ALTER DATABASE ${connection.schema} SET DateStyle = 'German'`);
    await query(`ALTER DATABASE ${connection.schema} SET TimeZone = 'Asia/Tokyo'`);
    await query(`ALTER DATABASE ${connection.schema} SET IntervalStyle = 'iso_8601'`);
    await query(`ALTER DATABASE ${connection.schema} SET extra_float_digits = -15`);
    await query(`ALTER DATABASE ${connection.schema} SET bytea_output = 'escape'`);
    const session = await connectPostgres(connection, test);
    await pinDataSettings(session);
    const { rows } = await session.query(
      `SELECT concat_ws(' | ', '2026-01-02 03:04:05+00'::timestamptz, '1 day'::interval, 0.1::float8 + 0.2, '\\x01'::bytea) AS text`,
    );
    await session.end();
    expect(rows[0].text).toBe("2026-01-02 03:04:05+00 | 1 day | 0.30000000000000004 | \\x01");
  });

  it.each<[string, Partial<Connection>, RegExp, boolean]>([
    ["a wrong password", { password: "wrong-secret" }, /^PostgreSQL refuses the login .*28P01/, false],
    ["no password", { password: null }, /^PostgreSQL asks for a password/, false],
    ["an unknown login", { login: "nobody_here" }, /^PostgreSQL refuses the login/, false],
    [
      "no such database",
      { schema: "no_such_database" },
      /^the database does not exist .*no_such_database.*3D000/,
      false,
    ],
    [
      "a port where nothing listens",
      { port: 1 },
      /^nothing listens there \(connection test_postgres, 127.0.0.1:1\/.*running there\?$/,
      true,
    ],
    ["localhost with nothing there", { host: "localhost", port: 1 }, /^nothing listens there/, true],
    ["an unknown host", { host: "no-such-host.invalid" }, /^the host name is not known/, true],
    ["a socket that is not there", { host: "/nowhere" }, /^no socket is there/, true],
    [
      "a standby is wanted",
      { extra: { target_session_attrs: "standby" } },
      /not of the wanted kind.*primary and read-write/,
      true,
    ],
    ["another type", { type: "http" }, /^its type is "http", not postgres/, false],
    ["several hosts", { host: "a,b" }, /^it names several hosts/, false],
    ["an option that is wrong", { extra: { options: "-c no_such=1" } }, /no_such.*42704/, false],
    [
      "an unknown extra",
      { extra: { sslmod: "require" } },
      /^the extra sslmod is not known.*did you mean "sslmode"/,
      false,
    ],
    [
      "an unknown sslmode",
      { extra: { sslmode: "verify_full" } },
      /sslmode is "verify_full".*did you mean "verify-full"/,
      false,
    ],
    ["verify without a root", { extra: { sslmode: "verify-full" } }, /no sslrootcert to verify against/, false],
    [
      "a weak mode beside public roots",
      { extra: { sslmode: "require", sslrootcert: "system" } },
      /beside sslrootcert/,
      false,
    ],
    ["AWS IAM", { extra: { iam: "true" } }, /^the extra iam is true.*not supported/, false],
    ["AWS IAM as JSON", { extra: { iam: true } }, /^the extra iam is true/, false],
    ["GSS encryption", { extra: { gssencmode: "require" } }, /^the extra gssencmode is require/, false],
    ["a timeout that is no number", { extra: { connect_timeout: "soon" } }, /connect_timeout is "soon"/, false],
    ["a key without certificate", { extra: { sslkey: "x" } }, /sslkey stands without sslcert/, false],
    ["an extra that is an object", { extra: { sslmode: { a: 1 } } }, /sslmode is not a text/, false],
    ["an unknown target", { extra: { target_session_attrs: "master" } }, /target_session_attrs is "master"/, false],
  ])("says in one sentence: %s", async (_, parts, words, isRetryable) => {
    const { connection } = await createDatabase(version);
    const error = await knownErrorOf(connectPostgres({ ...connection, ...parts }, test));
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain(connection.password);
    expect(error.message).not.toContain("wrong-secret");
    expect(error.trouble.isRetryable ?? true).toBe(isRetryable);
  });

  it("says in one sentence: too many connections", async () => {
    const { connection, query } = await createDatabase(version);
    await query("CREATE ROLE crowded LOGIN PASSWORD 'crowded-secret' CONNECTION LIMIT 0");
    onTestFinished(() => query("DROP ROLE crowded").then(() => {}));
    const crowded = { ...connection, login: "crowded", password: "crowded-secret" };
    const error = await knownErrorOf(connectPostgres(crowded, test));
    expect(error.message).toMatch(/^PostgreSQL has no free connection .*53300/);
    expect(error.trouble.isRetryable).toBe(true);
  });

  it.each<[string, string, RegExp, boolean]>([
    ["a syntax error", "SELEKT 1", /^PostgreSQL refused \(task load\): syntax error.*42601/, false],
    ["no such table", "SELECT * FROM nowhere", /42P01/, false],
    ["a value out of range", "SELECT 1 / 0", /22012/, false],
    ["a constraint", "CREATE TABLE t (a int NOT NULL); INSERT INTO t VALUES (NULL)", /23502/, false],
    ["a refused permission", "SET ROLE pg_monitor; CREATE TABLE pg_catalog.x ()", /^permission denied.*42501/, false],
    [
      "a lock that is held",
      "SET statement_timeout = 1; SELECT pg_sleep(9)",
      /^the statement was cancelled.*57014/,
      true,
    ],
    ["a serialisation failure", "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", /^another transaction/, true],
    ["a deadlock", "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", /deadlock/, true],
    ["a full disk", "DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", /^the server's disk is full/, true],
    ["a lost connection to elsewhere", "DO $$ BEGIN RAISE SQLSTATE '08006'; END $$", /^the connection failed/, true],
    ["a defect of the server's", "DO $$ BEGIN RAISE SQLSTATE 'XX000'; END $$", /XX000/, true],
    ["a read-only transaction", "SET transaction_read_only = on; CREATE TABLE t ()", /25006/, false],
    ["an object in use", "DO $$ BEGIN RAISE SQLSTATE '55006'; END $$", /55006/, false],
    ["a hint", "SELECT foo(1)", /No function matches/, false],
  ])("turns a statement's error into a sentence: %s", async (_, statement, words, isRetryable) => {
    const { connection } = await createDatabase(version);
    const session = await connectPostgres(connection, test);
    const error = await knownErrorOf(session.query(statement).catch(rethrowKnown));
    await session.end();
    expect(error.message).toMatch(words);
    expect(error.trouble.isRetryable).toBe(isRetryable);
  });

  it.each<[string, string, string]>([
    ["a unique key", "INSERT INTO people VALUES ('secret-value', 2)", "constraint people_email_key (SQLSTATE 23505)"],
    ["a missing value", "INSERT INTO people VALUES ('secret-value')", "table people, column age (SQLSTATE 23502)"],
    ["a check", "INSERT INTO people VALUES ('secret-value', -1)", "constraint people_age_check (SQLSTATE 23514)"],
    ["a view's check", "INSERT INTO adults VALUES ('secret-value 2', 2)", '"adults" (SQLSTATE 44000)'],
    ["a value's form", "INSERT INTO people VALUES ('a', 'secret-value')", 'type integer: "…" (SQLSTATE 22P02)'],
    ["a value's quotes", `SELECT 'secret-value"secret-value"'::date`, 'type date: "…" (SQLSTATE 22007)'],
    ["a value's size", "SELECT '9999999999 secret-value'::json", "type json (SQLSTATE 22P02)"],
    [
      "an integer's size",
      "SELECT '77777777777'::integer",
      'value "…" is out of range for type integer (SQLSTATE 22003)',
    ],
  ])("keeps rows' values out of a sentence: %s", async (_, statement, words) => {
    const { connection, query } = await createDatabase(version);
    await query(`CREATE TABLE people (email text UNIQUE, age integer NOT NULL CHECK (age > 0));
      INSERT INTO people VALUES ('secret-value', 1);
      CREATE VIEW adults AS SELECT * FROM people WHERE age > 17 WITH CHECK OPTION`);
    const session = await connectPostgres(connection, test);
    const error = await knownErrorOf(session.query(statement).catch(rethrowKnown));
    await session.end();
    expect(error.message).toContain(words);
    expect(JSON.stringify(error.trouble)).not.toMatch(/secret-value|77777777777/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("is ended when the look at its target fails", async () => {
    const { connection, query } = await createDatabase(version);
    await query(`CREATE SCHEMA broken; CREATE FUNCTION broken.pg_is_in_recovery() RETURNS boolean LANGUAGE plpgsql
      AS $$ BEGIN RAISE 'no look'; END $$`);
    const extra = { target_session_attrs: "primary", options: "-c search_path=broken,pg_catalog" };
    const error = await knownErrorOf(connectPostgres({ ...connection, extra }, test));
    expect(error.message).toContain("no look");
    const sessions = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while ((await query(sessions)).length > 0);
  });

  it("survives that the server ends it while it is idle; the next statement tells", async () => {
    const { connection, query } = await createDatabase(version);
    const session = await connectPostgres(connection, test);
    const ended = new Promise((resolve) => session.once("end", () => resolve(undefined)));
    await query("SELECT pg_terminate_backend($1)", [await pidOf(session)]);
    await ended;
    const error = await knownErrorOf(session.query("SELECT 1").catch(rethrowKnown));
    expect(error.message).toMatch(/^the connection was cut/);
    expect(error.trouble.isRetryable ?? true).toBe(true);
  });

  it("tells that the server ended it in the middle of a statement", async () => {
    const { connection, query } = await createDatabase(version);
    const session = await connectPostgres(connection, test);
    const pid = await pidOf(session);
    const waiting = knownErrorOf(session.query("SELECT pg_sleep(60)").catch(rethrowKnown));
    await query("SELECT pg_terminate_backend($1)", [pid]);
    const error = await waiting;
    expect(error.message).toMatch(/^the server ended the session.*57P01/);
    expect(error.trouble.isRetryable).toBe(true);
  });

  it("ends its wait when the task is cancelled", async () => {
    const { connection } = await createDatabase(version);
    const cancel = new AbortController();
    const run = { connections: [connection], context: { signal: cancel.signal } };
    await inTask(run, async () => {
      const session = await openPostgres("test_postgres");
      const waiting = session.query("SELECT pg_sleep(60)");
      setImmediate(() => cancel.abort());
      await expect(waiting).rejects.toThrow(/Connection terminated/);
    });
  });

  it("can be opened to clean up after the task was cancelled", async () => {
    const { connection } = await createDatabase(version);
    const session = await connectPostgres(connection, { ...test, signal: AbortSignal.abort() });
    await expect(session.query("SELECT 1")).resolves.toBeDefined();
    await session.end();
  });
});

describe("a server that is no PostgreSQL", () => {
  it("is given up after connect_timeout when it never answers", async () => {
    const server = await listen(() => {});
    const error = await knownErrorOf(connectPostgres(connectionTo(server, { connect_timeout: 1 }), test));
    expect(error.message).toMatch(/^PostgreSQL does not answer \(connection fake, 127.0.0.1:\d+\)/);
    expect(error.trouble.isRetryable ?? true).toBe(true);
  });

  it("is left at once when the task is cancelled", async () => {
    const cancel = new AbortController();
    const server = await listen(() => cancel.abort(new Error("cancelled here")));
    const connecting = connectPostgres(connectionTo(server, {}), { ...test, signal: cancel.signal });
    await expect(connecting).rejects.toThrow("cancelled here");
  });

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ["closes at once", (socket) => socket.destroy(), /^the connection was cut/],
    ["resets the connection", (socket) => socket.resetAndDestroy(), /^the connection was cut/],
    ["answers HTTP", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), /^the server refused to begin TLS/],
  ])("is named when it %s", async (_, behave, words) => {
    const server = await listen(behave);
    const error = await knownErrorOf(connectPostgres(connectionTo(server, {}), test));
    expect(error.message).toMatch(words);
  });
});

describe("an error that is no trouble of the environment", () => {
  it("comes back as it is", () => {
    const defect = new TypeError("x is not a function");
    expect(toKnownError(defect, "here")).toBe(defect);
  });
});

async function listen(behave: (socket: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("data", () => behave(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

function connectionTo(server: Server, extra: JsonObject): Connection {
  const { port } = server.address() as { port: number };
  return { id: "fake", type: "postgres", host: "127.0.0.1", port, schema: null, login: "a", password: null, extra };
}

async function pidOf(session: PostgresSession): Promise<number> {
  const { rows } = await session.query("SELECT pg_backend_pid() AS pid");
  return rows[0].pid;
}

function rethrowKnown(error: unknown): never {
  throw toKnownError(error, "task load");
}

async function knownErrorOf(work: Promise<unknown>): Promise<KnownError> {
  const error = await work.then(
    () => new Error("nothing was thrown"),
    (reason: unknown) => reason,
  );
  if (!isKnownError(error)) throw error;
  return error;
}
