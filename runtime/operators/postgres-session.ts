// A session for the length of a piece of work: ended whatever happens, and ended on the server too when the task is cancelled in
// the middle of a statement. Operators open PostgreSQL through here only.

import { AsyncResource } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";
import { type Connection, nameOf } from "../connections/connection.ts";
import type { PostgresSession } from "../connections/postgres.ts";
import { getContext } from "../context.ts";
import { describePostgresFailure } from "./postgres-failure.ts";

/**
 * How soon the server looks whether the task process is still there: it rolls back a killed one's statement after this. A COPY with
 * data still on its way ends only when the server has read that; its own waits are bounded by `lock_timeout`.
 */
const connectionCheckInterval = "10s";
/** A session of ours that sits in a transaction without a statement for so long has lost its task process. */
const idleInTransactionSeconds = 600;
/** For a lock that another session holds, unless the work sets its own `lock_timeout`. */
const lockWaitSeconds = 300;
const rollbackLimitMs = 5_000;

/** Opens a session for a declared connection, by its id, or for one at hand, gives it to `work` and ends it. */
export async function withPostgres<T>(
  to: string | Connection,
  work: (session: PostgresSession) => Promise<T>,
): Promise<T> {
  const { openPostgres } = await import("../connections/postgres.ts");
  const { signal } = getContext();
  signal.throwIfAborted();
  const session = await openPostgres(to);
  let ended: Promise<void> | undefined;
  let onAbort = () => {};
  try {
    const pid = await prepare(session);
    // Who aborts is outside of the task's async context, and the second session needs the task's connections.
    onAbort = AsyncResource.bind(() => {
      ended = terminate(to, pid);
    });
    signal.addEventListener("abort", onAbort, { once: true });
    signal.throwIfAborted();
    return await work(session);
  } catch (error) {
    signal.throwIfAborted();
    throw describePostgresFailure(error, nameOf(connectionIn(to)));
  } finally {
    signal.removeEventListener("abort", onAbort);
    await session.end().catch(() => {});
    await ended;
  }
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(
  session: PostgresSession,
  work: () => Promise<T>,
  begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
): Promise<T> {
  await session.query(begin);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await rollback(session);
    throw error;
  }
  await session.query("COMMIT");
  return result;
}

/** The session may be stuck or gone; ending it rolls back as well. */
async function rollback(session: PostgresSession): Promise<void> {
  const limit = new AbortController();
  const waited = setTimeout(rollbackLimitMs, undefined, { signal: limit.signal, ref: false }).catch(() => {});
  await Promise.race([session.query("ROLLBACK").catch(() => {}), waited]);
  limit.abort();
}

async function prepare(session: PostgresSession): Promise<number> {
  // Since PostgreSQL 14, and not on Windows servers: there a killed task's statement runs to its end before it is rolled back.
  await session
    .query("SELECT set_config('client_connection_check_interval', $1, false)", [connectionCheckInterval])
    .catch(() => {});
  const { rows } = await session.query<{ pid: number }>(
    `SELECT pg_backend_pid() AS pid, set_config('idle_in_transaction_session_timeout', $1, false),
            set_config('lock_timeout', $2, false)`,
    [`${idleInTransactionSeconds}s`, `${lockWaitSeconds}s`],
  );
  return rows[0]!.pid;
}

/** From a second session: on the first one the server would see our leaving only when its statement has ended. */
async function terminate(to: string | Connection, pid: number): Promise<void> {
  const { openPostgres } = await import("../connections/postgres.ts");
  try {
    const session = await openPostgres(to);
    await session.query("SELECT pg_terminate_backend($1)", [pid]).finally(() => session.end());
  } catch (error) {
    console.log(`Session ${pid} of ${nameOf(connectionIn(to))} is left to end by itself: ${(error as Error).message}`);
  }
}

function connectionIn(to: string | Connection): Pick<Connection, "id" | "named"> {
  return typeof to === "string" ? { id: to } : to;
}
