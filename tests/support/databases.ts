// A database of its own for each test, on a real server of the version asked for.

import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import type { PostgresVersion } from "../../quickstart/embedded-postgres.ts";
import type { Connection } from "../../runtime/connections/connection.ts";
import type { ServerAddress } from "./global-setup.ts";

export interface TestDatabase {
  readonly connection: Connection;
  /** What `AIRFLOW_CONN_<ID>` would hold. */
  readonly uri: string;
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

/** Creates an empty database, removed when the test has finished. `server`: one of the test's own, of that version; 17 has no other. */
export async function createDatabase(
  version: PostgresVersion,
  options: { id?: string; template?: string; server?: ServerAddress } = {},
): Promise<TestDatabase> {
  const server = options.server ?? sharedServer(version);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await withClient(server, "postgres", (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${options.template ?? "template0"}`),
  );
  onTestFinished(() =>
    withClient(server, "postgres", async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    }),
  );
  const connection: Connection = {
    id: options.id ?? "test_postgres",
    type: "postgres",
    host: server.host,
    port: server.port,
    schema: name,
    login: server.login,
    password: server.password,
    extra: {},
  };
  return {
    connection,
    uri: `postgres://${server.login}:${encodeURIComponent(server.password)}@${server.host}:${server.port}/${name}`,
    query: (text, values) =>
      withClient(server, name, async (client) => (await client.query(text, values)).rows as never),
  };
}

function sharedServer(version: PostgresVersion): ServerAddress {
  if (version === 17) throw new Error("a test that needs PostgreSQL 17 starts a server of its own");
  return inject(version === 16 ? "postgres16" : "postgres18");
}

async function withClient<T>(
  server: ServerAddress,
  database: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.login,
    password: server.password,
    database,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
