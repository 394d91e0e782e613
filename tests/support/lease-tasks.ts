// Acquires, writes under and releases a lease as the tasks of a run would, and the sessions that stand in their way.

import pg from "pg";
import { onTestFinished } from "vitest";
import { Dag, type TaskRef } from "../../runtime/index.ts";
import { acquireLease, type Lease, releaseLease, sql } from "../../runtime/operators/index.ts";
import type { TestDatabase } from "./databases.ts";
import { inTask } from "./running-task.ts";

export const leaseKey = "863440123987650321";
export const leaseConnection = "test_postgres";

export function acquire({ connection }: TestDatabase, runId: string, key = leaseKey): Promise<Lease> {
  return inTask({ connections: [connection], context: { runId } }, () =>
    acquireLease({ connection: connection.id, key }).execute({}),
  );
}

/** The task that acquires, for an operator's `under`. */
export function lockOn(connection: string): TaskRef<Lease> {
  return new Dag("d").setup("lock", acquireLease({ connection, key: leaseKey }));
}

/** Creates the table `written`. */
export function writeUnder(database: TestDatabase, lease: Lease) {
  const under = lockOn(leaseConnection);
  return inTask({ connections: [database.connection], context: { runId: "run_a" } }, () =>
    sql({ connection: leaseConnection, text: "CREATE TABLE written ()", under }).execute({ lease }),
  );
}

export function release(database: TestDatabase, lease: Lease | null) {
  const lock = lockOn(leaseConnection);
  return inTask({ connections: [database.connection] }, () => releaseLease(lock).execute({ lease }));
}

/** A session that ends with the test. */
export async function openSession({ uri }: Pick<TestDatabase, "uri">): Promise<pg.Client> {
  const session = new pg.Client({ connectionString: uri, application_name: "zombie" });
  session.on("error", () => {});
  await session.connect();
  onTestFinished(() => session.end());
  return session;
}

/** Until a session of the database waits for a lock of this type. */
export async function untilWaiting(database: TestDatabase, type: "advisory" | "relation"): Promise<void> {
  for (;;) {
    const waiting = await database.query(
      `SELECT FROM pg_locks WHERE locktype = $1 AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [type],
    );
    if (waiting.length > 0) return;
  }
}
