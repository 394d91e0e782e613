// Which way a restore goes where the maintenance database lets it in, or not: on a server whose logins and rules a test may change.

import pg from "pg";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "../../../../quickstart/embedded-postgres.ts";
import type { Connection } from "../../../../runtime/connections/connection.ts";
import { withMaintenance } from "../../../../runtime/operators/restore/maintenance.ts";
import { inTask } from "../../../support/running-task.ts";

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startPostgres({ version: 18 });
  await asAdmin("CREATE ROLE restorer LOGIN CREATEDB PASSWORD 'generated'", "CREATE DATABASE target OWNER restorer");
});
afterAll(() => server?.stop());

async function asAdmin(...statements: string[]): Promise<void> {
  const { port, superuser: user, password } = server;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "template1" });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

function target(more: Partial<Connection> = {}): Connection {
  const { port } = server;
  const login = { login: "restorer", password: "generated" };
  return { id: "test", type: "postgres", host: "127.0.0.1", port, schema: "target", ...login, extra: {}, ...more };
}

function choose(connection: Connection, work = "SELECT 1"): Promise<string> {
  return inTask({}, () =>
    withMaintenance(
      connection,
      async (session) => {
        await session.query(work);
        return "worked";
      },
      async (reason) => `otherwise: ${reason}`,
    ),
  );
}

const unreachable = "otherwise: the login cannot connect to the database postgres";

it("works from there", async () => {
  expect(await choose(target())).toBe("worked");
});

it("goes the other way where the target is the database itself", async () => {
  expect(await choose(target({ schema: "postgres" }))).toBe("otherwise: others are created and renamed from it");
});

it("goes the other way where the login may not connect to it", async () => {
  await asAdmin("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC");
  onTestFinished(() => asAdmin("GRANT CONNECT ON DATABASE postgres TO PUBLIC"));
  expect(await choose(target())).toBe(unreachable);
});

it("goes the other way where there is no such database", async () => {
  await asAdmin("ALTER DATABASE postgres RENAME TO elsewhere");
  onTestFinished(() => asAdmin("ALTER DATABASE elsewhere RENAME TO postgres"));
  expect(await choose(target())).toBe(unreachable);
});

it("goes the other way where pg_hba.conf lets nobody into it", async () => {
  const rules = "host target,template1 all all scram-sha-256";
  await asAdmin(
    `DO $$ BEGIN EXECUTE format($q$COPY (SELECT '${rules}') TO %L$q$, current_setting('hba_file')); END $$`,
    "SELECT pg_reload_conf()",
  );
  await expect.poll(() => choose(target()), { timeout: 20_000 }).toBe(unreachable);
  const all = "host all all all scram-sha-256";
  await asAdmin(
    `DO $$ BEGIN EXECUTE format($q$COPY (SELECT '${all}') TO %L$q$, current_setting('hba_file')); END $$`,
    "SELECT pg_reload_conf()",
  );
  await expect.poll(() => choose(target()), { timeout: 20_000 }).toBe("worked");
});

it.each([
  ["the very code of a refused login", "DO $$ BEGIN RAISE 'no right' USING ERRCODE = '42501'; END $$", /no right/],
  ["of a database that does not exist", "DO $$ BEGIN RAISE 'none' USING ERRCODE = '3D000'; END $$", /none/],
])("never goes the other way for what the work itself came to: %s", async (_, work, message) => {
  await expect(choose(target(), work)).rejects.toThrow(message);
});

it("does not go the other way with a wrong password", async () => {
  await expect(choose(target({ password: "wrong" }))).rejects.toThrow(/refuses the login/);
});
