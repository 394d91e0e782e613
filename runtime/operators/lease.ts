// A lock across tasks: a row with a fencing token and an expiry, and the advisory lock of the same key in each writing
// transaction. Whatever dies, the lease is free again within its time, and who was overtaken cannot write any more.

import type { PostgresSession } from "../connections/postgres.ts";
import { getContext } from "../context.ts";
import { KnownError } from "../errors.ts";
import { describeLockHolders, waitForAdvisoryLock } from "./advisory-lock.ts";

/** What `acquireLease` leaves as its XCom. `key` and `token` are 64-bit numbers, so decimal strings. */
export interface Lease {
  readonly connection: string;
  readonly key: string;
  readonly token: string;
}

export interface LeaseRow {
  readonly dag: string;
  readonly run: string;
  readonly token: string;
  readonly expires: string;
  readonly state: "held" | "expired" | "released";
}

/** How long a writing task waits for a session of a killed try to end; longer than the server takes to notice its death. */
export const zombieWaitMs = 30_000;

/**
 * Call it first in each writing transaction. Takes the advisory lock until the transaction ends, checks that nobody overtook
 * the lease, and renews its expiry; one that expired is renewed if nobody took it.
 * @throws KnownError not retryable: overtaken or released. Retryable: the session of an earlier try is still writing.
 */
export async function checkLease(session: PostgresSession, lease: Lease, limitMs = zombieWaitMs): Promise<void> {
  if (!(await waitForAdvisoryLock(session, lease.key, limitMs))) {
    throw new KnownError({
      what: "the lease's advisory lock is busy",
      where: placeOf(lease),
      found: `held by ${await describeLockHolders(session, lease.key)} for longer than ${limitMs / 1000} s`,
      remedy: "It is free when that session ends; the next try waits again, or end it with pg_terminate_backend",
    });
  }
  const { rowCount } = await session.query(
    `UPDATE dagwright.lease SET expires = clock_timestamp() + make_interval(secs => seconds)
      WHERE key = $1::bigint AND token = $2::bigint AND expires > '-infinity'`,
    [lease.key, lease.token],
  );
  if (rowCount === 0) throw lostLease(lease, await findLeaseRow(session, lease.key));
}

/** The row as others have committed it. Never waits: it takes no lock. */
export async function findLeaseRow(session: PostgresSession, key: string): Promise<LeaseRow | undefined> {
  const { rows } = await session.query<LeaseRow>(
    `SELECT dag_id AS dag, run_id AS run, token::text AS token,
            coalesce(to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), '') AS expires,
            CASE WHEN expires = '-infinity' THEN 'released'
                 WHEN expires <= clock_timestamp() THEN 'expired' ELSE 'held' END AS state
       FROM dagwright.lease WHERE key = $1::bigint`,
    [key],
  );
  return rows[0];
}

/** The lease that an operator was given as its input `lease`, for work on `connection`; undefined when it asks for none. */
export function leaseOf(inputs: Readonly<Record<string, unknown>>, connection: string): Lease | undefined {
  if (!("lease" in inputs)) return undefined;
  const lease = inputs["lease"] as Lease | null;
  if (lease?.connection === connection) return lease;
  const { dagId, taskId } = getContext();
  throw new KnownError({
    what: lease ? "the lease guards another database than the one written to" : "the task has no lease to write under",
    where: `task ${dagId}.${taskId}`,
    found: lease ? `lease on ${lease.connection}, task on ${connection}` : "the acquiring task left no result",
    remedy: lease ? "Acquire a lease with the connection of the task" : "Run the acquiring task again: clear it",
    isRetryable: false,
  });
}

export function placeOf(lease: Pick<Lease, "connection" | "key">): string {
  return `lease ${lease.key} on connection ${lease.connection}`;
}

function lostLease(lease: Lease, row: LeaseRow | undefined): KnownError {
  const trouble = { where: placeOf(lease), isRetryable: false };
  if (row === undefined) {
    return new KnownError({
      ...trouble,
      what: "the lease does not exist any more",
      found: "no row in dagwright.lease",
      remedy: "Something removed it: run the DAG again",
    });
  }
  if (row.token === lease.token) {
    return new KnownError({
      ...trouble,
      what: "the lease has been released",
      found: `by run ${row.run} of DAG ${row.dag}`,
      remedy: "Nothing may be written under it: clear the acquiring task to run this one again",
    });
  }
  return new KnownError({
    ...trouble,
    what: "the lease was taken over",
    found: `by run ${row.run} of DAG ${row.dag}, with token ${row.token}; this task has token ${lease.token}`,
    remedy: "This task must not write any more; run the DAG again when that run has ended",
  });
}
