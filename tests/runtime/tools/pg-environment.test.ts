// What libpq's programs are told means the same as what our driver is told: each connection is tried by both, against a server with TLS. psql stands
// for pg_restore here, because it can be asked how it is connected.

import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { connectPostgres, isEncrypted } from "../../../runtime/connections/postgres.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { type PgEndpoint, withPgProgram } from "../../../runtime/tools/pg-environment.ts";
import { runTool } from "../../../runtime/tools/run-tool.ts";
import { postgresBin } from "../../support/postgres-tools.ts";
import { describeWithPostgresTools } from "../../support/restore-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startTlsServer, type TlsServer } from "../connections/tls-server.ts";

describeWithPostgresTools("what psql is told about a connection", () => {
  let tls: TlsServer;

  beforeAll(async () => {
    tls = await startTlsServer(18);
    const session = await connectPostgres(connectionTo({}), { applicationName: "test" });
    for (const statement of ["ROLE plain_only LOGIN", "ROLE with_certificate LOGIN", "DATABASE tls_only"])
      await session.query(`CREATE ${statement}`);
    await session.end();
  });
  afterAll(() => tls?.stop());

  it.each<[string, JsonObject, Partial<Connection>]>([
    ["nothing", {}, {}],
    ["prefer", { sslmode: "prefer" }, {}],
    ["prefer, when the server refuses this login over TLS", { sslmode: "prefer" }, { login: "plain_only" }],
    ["allow", { sslmode: "allow" }, {}],
    ["allow, when the server refuses a plain login", { sslmode: "allow" }, { schema: "tls_only" }],
    ["disable", { sslmode: "disable" }, {}],
    ["require", { sslmode: "require" }, {}],
    ["require with a root", { sslmode: "require", sslrootcert: "root.crt" }, {}],
    ["verify-ca", { sslmode: "verify-ca", sslrootcert: "root.crt" }, {}],
    ["verify-full", { sslmode: "verify-full", sslrootcert: "root.crt" }, { host: "localhost" }],
    ["TLS 1.3 as minimum", { ssl_min_protocol_version: "TLSv1.3" }, {}],
    ["a client certificate", { sslcert: "client.crt", sslkey: "client.key" }, { login: "with_certificate" }],
    [
      "a client certificate with a locked key",
      { sslcert: "client.crt", sslkey: "locked.key", sslpassword: "correct-horse" },
      { login: "with_certificate" },
    ],
    ["settings of the session", { options: "-c search_path=elsewhere" }, {}],
  ])("connects as the driver does: %s", async (_, extra, parts) => {
    const connection = connectionTo(extra, parts);
    const how =
      "SELECT (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()) || ' ' || current_setting('search_path')";
    const session = await connectPostgres(connection, { applicationName: "test" });
    const { rows } = await session.query<{ how: string | null }>(`${how} AS how`);
    const endpoint = endpointOf(connection, isEncrypted(session));
    await session.end();
    expect(isEncrypted(session)).toBe(rows[0]!.how !== null);
    expect(await psql(endpoint, how)).toEqual({ code: 0, said: rows[0]!.how === null ? [] : [rows[0]!.how] });
  });

  it.each<[string, JsonObject, Partial<Connection>, RegExp]>([
    ["another authority", { sslmode: "verify-ca", sslrootcert: "other-root.crt" }, {}, /certificate verify failed/],
    [
      "prefer, and another authority",
      { sslmode: "prefer", sslrootcert: "other-root.crt" },
      {},
      /certificate verify failed/,
    ],
    ["another host name", { sslmode: "verify-full", sslrootcert: "root.crt" }, {}, /does not match host name/],
    [
      "public authorities only",
      { sslmode: "verify-full", sslrootcert: "system" },
      { host: "localhost" },
      /certificate verify failed/,
    ],
    ["a wrong password", {}, { password: "wrong" }, /password authentication failed/],
    ["no password", {}, { password: null }, /no password supplied/],
  ])("is refused as the driver is: %s", async (_, extra, parts, expected) => {
    const connection = connectionTo(extra, parts);
    await troubleOf(connectPostgres(connection, { applicationName: "test" }));
    const { code, said } = await psql(endpointOf(connection, true), "SELECT 1");
    expect(code).toBe(2);
    expect(said.join("\n")).toMatch(expected);
  });

  it("its files are for nobody else, and gone afterwards; nothing of the user's own is read", async () => {
    const connection = connectionTo({ sslcert: "client.crt", sslkey: "client.key" });
    let folder = "";
    await withPgProgram(endpointOf(connection, true), async ({ env, args }) => {
      folder = dirname(env["PGPASSFILE"]!);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      expect(env["HOME"]).toBe(folder);
      expect([...args, ...Object.values(env)].join()).not.toContain(connection.password);
      for (const name of ["PGSSLROOTCERT", "PGSSLCRL", "PGSERVICEFILE"]) expect(existsSync(env[name]!)).toBe(false);
    });
    expect(existsSync(folder)).toBe(false);
  });

  it("a database whose name libpq would take for more", async () => {
    const session = await connectPostgres(connectionTo({}), { applicationName: "test" });
    const name = "dbname=postgres host='x\\y";
    await session.query(`CREATE DATABASE ${session.escapeIdentifier(name)}`);
    await session.end();
    const endpoint = { ...endpointOf(connectionTo({}), true), database: name };
    expect(await psql(endpoint, "SELECT current_database()")).toEqual({ code: 0, said: [name] });
  });

  it("a password with a line break cannot be handed over", async () => {
    const { trouble } = await troubleOf(psql(endpointOf(connectionTo({}, { password: "a\nb" }), true), "SELECT 1"));
    expect(trouble).toMatchObject({ what: "the password has a line break", isRetryable: false });
  });

  /** Of the server with TLS; names of files stand for those of its folder. */
  function connectionTo(extra: JsonObject, parts: Partial<Connection> = {}): Connection {
    const files = ["sslrootcert", "sslcert", "sslkey"];
    const placed = Object.entries(extra).map(([name, value]) => [
      name,
      files.includes(name) && value !== "system" ? tls.file(String(value)) : value,
    ]);
    return {
      id: "tls",
      type: "postgres",
      host: "127.0.0.1",
      port: tls.server.port,
      schema: "postgres",
      login: "postgres",
      password: tls.server.password,
      extra: Object.fromEntries(placed) as JsonObject,
      ...parts,
    };
  }
});

function endpointOf(connection: Connection, encrypted: boolean): PgEndpoint {
  return {
    connection,
    database: connection.schema!,
    user: connection.login!,
    isEncrypted: encrypted,
    applicationName: "test",
  };
}

function psql(endpoint: PgEndpoint, text: string): Promise<{ code: number | null; said: string[] }> {
  return withPgProgram(endpoint, async ({ args, env }) => {
    const said: string[] = [];
    const { code } = await runTool({
      tool: "psql",
      // The others of these wheels were built without TLS.
      path: join(postgresBin(17), "psql"),
      args: ["--no-psqlrc", "--tuples-only", "--no-align", `--command=${text}`, ...args],
      env,
      input: null,
      isClient: true,
      onLine: (line) => said.push(line),
      signal: new AbortController().signal,
    });
    return { code, said };
  });
}
