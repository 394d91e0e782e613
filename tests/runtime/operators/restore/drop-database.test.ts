// A database that somebody is in: a killed task's session, and autovacuum, which only a superuser may end.

import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "../../../../quickstart/embedded-postgres.ts";
import { connectPostgres } from "../../../../runtime/connections/postgres.ts";
import { dropDatabase } from "../../../../runtime/operators/restore/drop-database.ts";

let server: EmbeddedPostgres;
beforeAll(async () => {
  // Autovacuum comes at once, and takes minutes.
  const settings = {
    autovacuum_naptime: "1s",
    autovacuum_vacuum_threshold: "1",
    autovacuum_vacuum_scale_factor: "0",
    autovacuum_vacuum_cost_delay: "100ms",
    autovacuum_vacuum_cost_limit: "1",
  };
  server = await startPostgres({ version: 16, settings });
});
afterAll(() => server.stop());

const login = { user: "restorer", password: "generated" };

async function connect(database: string, more: Partial<pg.ClientConfig> = {}): Promise<pg.Client> {
  const { port, superuser: user, password } = server;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database, ...more });
  // Ended by the drop.
  client.on("error", () => {});
  await client.connect();
  return client;
}

it("is dropped by its owner, who is no superuser", async () => {
  const admin = await connect("postgres");
  await admin.query(`CREATE ROLE ${login.user} LOGIN CREATEDB PASSWORD '${login.password}'`);
  await admin.query(`CREATE DATABASE leftover OWNER ${login.user}`);
  const session = await connect("leftover", login);
  await session.query("CREATE TABLE films AS SELECT i, repeat('x', 500) AS text FROM generate_series(1, 20000) i");
  await session.query("DELETE FROM films WHERE i % 2 = 0");
  // At work on it: one that has nothing to do, or only a catalogue, is soon gone.
  const workers = "SELECT FROM pg_stat_activity WHERE datname = 'leftover' AND query LIKE 'autovacuum: %films%'";
  const count = async () => (await admin.query(workers)).rowCount;
  await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(0);
  const owner = await connect("postgres", login);
  await expect(owner.query("DROP DATABASE leftover WITH (FORCE)")).rejects.toThrow(/permission denied to terminate/);

  const connection = {
    id: "test",
    type: "postgres",
    host: "127.0.0.1",
    port: server.port,
    schema: "postgres",
    extra: {},
  };
  const own = await connectPostgres(
    { ...connection, login: login.user, password: login.password },
    { applicationName: "test", signal: new AbortController().signal },
  );
  expect([await dropDatabase(own, "leftover"), await dropDatabase(own, "leftover")]).toEqual([true, false]);
  await Promise.all([own, owner, admin, session].map((client) => client.end().catch(() => {})));
}, 120_000);
