// The two embedded PostgreSQL servers, with their default settings, and the databases of the benchmarks.

import { type EmbeddedPostgres, startPostgres } from "../quickstart/embedded-postgres.ts";
import { type Fingerprint, fingerprint } from "../quickstart/fingerprint.ts";
import { parseConnection } from "../runtime/connections/parse-connection.ts";
import { connectPostgres } from "../runtime/connections/postgres.ts";

export interface BenchServer {
  readonly version: string;
  uriOf(database: string): string;
  /** Replaces the database, by a copy of the template when there is one, and writes everything to disk. */
  createDatabase(name: string, template?: string): Promise<void>;
}

export async function startServer(
  version: 16 | 18,
  atEnd: (remove: () => Promise<void>) => void,
): Promise<BenchServer> {
  const server = await startPostgres({ version });
  atEnd(() => server.stop());
  const uriOf = (database: string) => addressOf(server, database);
  const admin = uriOf("postgres");
  const [shown] = await ask<{ server_version: string }>(admin, "SHOW server_version");
  return {
    version: shown!.server_version,
    uriOf,
    createDatabase: async (name, template = "template1") => {
      await ask(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await ask(admin, `CREATE DATABASE ${name} TEMPLATE ${template}`);
      await ask(admin, "CHECKPOINT");
    },
  };
}

export async function ask<Row extends object>(uri: string, text: string): Promise<Row[]> {
  const session = await connectPostgres(parseConnection("bench", uri), { applicationName: "dagwright bench" });
  try {
    return (await session.query(text)).rows as Row[];
  } finally {
    await session.end();
  }
}

/** The content of all tables. Without materialised views, which only some of the compared refresh. */
export async function fingerprintTables(uri: string): Promise<Fingerprint> {
  const views = await ask<{ name: string }>(
    uri,
    "SELECT format('%I.%I', schemaname, matviewname) AS name FROM pg_matviews",
  );
  const all = Object.entries(await fingerprint({ uri }));
  return Object.fromEntries(all.filter(([table]) => !views.some(({ name }) => name === table)));
}

/** @throws Error naming the first table that differs. */
export function checkSame(expected: Fingerprint, found: Fingerprint): void {
  for (const table of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [left, right] = [expected[table], found[table]];
    if (left !== undefined && left.rows === right?.rows && left.hash === right.hash) continue;
    throw new Error(
      `${table} should have ${left?.rows ?? "no"} rows and has ${right?.rows ?? "none"}, or other content`,
    );
  }
}

function addressOf({ superuser, password, port }: EmbeddedPostgres, database: string): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}
