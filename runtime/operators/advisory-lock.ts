// The transaction's advisory lock on a 64-bit key, with a bounded wait, and who holds it otherwise. It goes with its transaction,
// so nothing has to free it and a connection pooler may stand in between.

import type { PostgresSession } from "../connections/postgres.ts";

/** Whether the open transaction has the lock now. Does not wait. */
export async function tryAdvisoryLock(session: PostgresSession, key: string): Promise<boolean> {
  const { rows } = await session.query<{ locked: boolean }>("SELECT pg_try_advisory_xact_lock($1::bigint) AS locked", [
    key,
  ]);
  return rows[0]!.locked;
}

/** Whether the open transaction got the lock within the limit. The transaction stays usable, its `lock_timeout` as it was. */
export async function waitForAdvisoryLock(session: PostgresSession, key: string, limitMs: number): Promise<boolean> {
  if (await tryAdvisoryLock(session, key)) return true;
  const { rows } = await session.query<{ before: string }>("SELECT current_setting('lock_timeout') AS before");
  await session.query("SAVEPOINT dagwright_advisory_lock");
  try {
    await session.query("SELECT set_config('lock_timeout', $1, true)", [`${limitMs}ms`]);
    await session.query("SELECT pg_advisory_xact_lock($1::bigint)", [key]);
    await session.query("SELECT set_config('lock_timeout', $1, true)", [rows[0]!.before]);
    return true;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await session.query("ROLLBACK TO SAVEPOINT dagwright_advisory_lock");
    return false;
  }
}

/** The sessions that hold the lock, for a message: `session 4711 (dagwright load_pagila.load_data)`. */
export async function describeLockHolders(session: PostgresSession, key: string): Promise<string> {
  const { rows } = await session.query<{ pid: number; application: string | null }>(
    `SELECT l.pid, a.application_name AS application
       FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint
      ORDER BY l.pid`,
    [key],
  );
  if (rows.length === 0) return "a session that has ended since";
  return rows.map(({ pid, application }) => `session ${pid}${application ? ` (${application})` : ""}`).join(", ");
}

function isLockTimeout(error: unknown): boolean {
  const lockNotAvailable = "55P03";
  return (error as { code?: unknown } | null)?.code === lockNotAvailable;
}
