import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "../../../runtime/connections/connection.ts";
import { connectPostgres } from "../../../runtime/connections/postgres.ts";
import type { JsonObject } from "../../../runtime/dag/json.ts";
import { isKnownError } from "../../../runtime/errors.ts";
import { createDatabase } from "../../support/databases.ts";
import { startTlsServer, type TlsServer } from "./tls-server.ts";

describe.each([16, 18] as const)("TLS to PostgreSQL %i", (version) => {
  let tls: TlsServer;

  beforeAll(async () => {
    tls = await startTlsServer(version);
    const session = await connectPostgres(connectionTo({}), { applicationName: "test" });
    for (const statement of ["ROLE plain_only LOGIN", "ROLE with_certificate LOGIN", "DATABASE tls_only"]) {
      await session.query(`CREATE ${statement}`);
    }
    await session.end();
  });
  afterAll(() => tls?.stop());

  it.each<[string, JsonObject, Partial<Connection>, "TLSv1.3" | "plain"]>([
    ["without sslmode, as libpq's prefer", {}, {}, "TLSv1.3"],
    ["prefer", { sslmode: "prefer" }, {}, "TLSv1.3"],
    ["prefer, when the server refuses this login over TLS", { sslmode: "prefer" }, { login: "plain_only" }, "plain"],
    ["allow", { sslmode: "allow" }, {}, "plain"],
    ["allow, when the server refuses a plain login", { sslmode: "allow" }, { schema: "tls_only" }, "TLSv1.3"],
    ["disable", { sslmode: "disable" }, {}, "plain"],
    ["require, whatever the certificate", { sslmode: "require" }, {}, "TLSv1.3"],
    ["require, when the root fits", { sslmode: "require", sslrootcert: "root.crt" }, {}, "TLSv1.3"],
    ["verify-ca, with another host name", { sslmode: "verify-ca", sslrootcert: "root.crt" }, {}, "TLSv1.3"],
    ["verify-full", { sslmode: "verify-full", sslrootcert: "root.crt" }, { host: "localhost" }, "TLSv1.3"],
    ["TLS 1.3 as minimum", { ssl_min_protocol_version: "TLSv1.3" }, {}, "TLSv1.3"],
    ["a client certificate", { sslcert: "client.crt", sslkey: "client.key" }, { login: "with_certificate" }, "TLSv1.3"],
    [
      "a client certificate with a locked key",
      { sslcert: "client.crt", sslkey: "locked.key", sslpassword: "correct-horse" },
      { login: "with_certificate" },
      "TLSv1.3",
    ],
  ])("connects: %s", async (_, extra, parts, expected) => {
    const session = await connectPostgres(connectionTo(extra, parts), { applicationName: "test" });
    const { rows } = await session.query("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    await session.end();
    expect(rows[0].version ?? "plain").toBe(expected);
  });

  it.each<[string, JsonObject, Partial<Connection>, RegExp]>([
    [
      "verify-full with a host name that is not in the certificate",
      { sslmode: "verify-full", sslrootcert: "root.crt" },
      { host: "127.0.0.1" },
      /^the server's certificate is for another name \(connection secure, 127.0.0.1/,
    ],
    ["verify-ca with another root", { sslmode: "verify-ca", sslrootcert: "other-root.crt" }, {}, untrusted()],
    ["verify-full with another root", { sslmode: "verify-full", sslrootcert: "other-root.crt" }, {}, untrusted()],
    ["verify-full with public roots", { sslrootcert: "system" }, { host: "localhost" }, untrusted()],
    ["require with another root", { sslmode: "require", sslrootcert: "other-root.crt" }, {}, untrusted()],
    ["prefer with another root, without going on in plain", { sslrootcert: "other-root.crt" }, {}, untrusted()],
    ["disable, where only TLS is let in", { sslmode: "disable" }, { schema: "tls_only" }, /does not let this login in/],
    [
      "require, where only plain is let in",
      { sslmode: "require" },
      { login: "plain_only" },
      /does not let this login in/,
    ],
    ["a login that needs a certificate, without", {}, { login: "with_certificate" }, /does not let this login in/],
    [
      "a certificate of another login",
      { sslcert: "client.crt", sslkey: "client.key" },
      { login: "postgres", password: "no" },
      /refuses the login/,
    ],
    [
      "a locked key without its password",
      { sslcert: "client.crt", sslkey: "locked.key" },
      { login: "with_certificate" },
      /^TLS failed/,
    ],
    [
      "a root that is not there",
      { sslmode: "verify-ca", sslrootcert: "no.crt" },
      {},
      /sslrootcert cannot be read.*ENOENT/,
    ],
  ])("refuses: %s", async (_, extra, parts, words) => {
    const error = await connectPostgres(connectionTo(extra, parts), { applicationName: "test" }).catch(
      (e: unknown) => e,
    );
    if (!isKnownError(error)) throw error;
    expect(error.message).toMatch(words);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("refuses require on a server without TLS, and prefer goes on there", async () => {
    const { connection } = await createDatabase(version);
    const required = connectPostgres({ ...connection, extra: { sslmode: "require" } }, { applicationName: "test" });
    await expect(required).rejects.toThrow(/^the server has no TLS/);
    const session = await connectPostgres({ ...connection, extra: { sslmode: "prefer" } }, { applicationName: "test" });
    await session.end();
  });

  function connectionTo(extra: JsonObject, parts: Partial<Connection> = {}): Connection {
    const isFile = (name: string) => ["sslrootcert", "sslcert", "sslkey"].includes(name);
    const withPaths = Object.entries(extra).map(([name, value]) => [
      name,
      isFile(name) && value !== "system" ? tls.file(String(value)) : value,
    ]);
    return {
      id: "secure",
      type: "postgres",
      host: "127.0.0.1",
      port: tls.server.port,
      schema: "postgres",
      login: "postgres",
      password: tls.server.password,
      extra: Object.fromEntries(withPaths),
      ...parts,
    };
  }
});

function untrusted(): RegExp {
  return /^the server's certificate is not from the trusted authority/;
}
