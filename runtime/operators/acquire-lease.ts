// The operator that takes a lease, and the rules by which it is given. Invariant: it never waits for a row that a long
// transaction holds, because whoever renews the row holds the advisory lock, and that is tried first.

import type { PostgresSession } from "../connections/postgres.ts";
import { getContext } from "../context.ts";
import { defineOperator, type Operator } from "../dag/definition.ts";
import { fromOptions, reportIn } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { number, text } from "../dag/shapes.ts";
import { KnownError } from "../errors.ts";
import { describeLockHolders, tryAdvisoryLock, waitForAdvisoryLock } from "./advisory-lock.ts";
import { findLeaseRow, type Lease, type LeaseRow, placeOf, zombieWaitMs } from "./lease.ts";
import { createLeaseTables } from "./lease-tables.ts";
import { removeOldLedgerRows } from "./ledger.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";

export interface AcquireLeaseOptions {
  /** The PostgreSQL database that the lease guards, and that keeps it (tables `dagwright.lease` and `dagwright.ledger`). */
  readonly connection: string;
  /** What is locked: a 64-bit number as a decimal string. Other programs honour it with `pg_advisory_lock`. */
  readonly key: string;
  /**
   * Seconds until it expires when nobody renews it; each writing transaction renews it. Longer than the retry delay and the
   * waiting between two tasks, else another run may take over in between. Default: 900.
   */
  readonly seconds?: number;
}

const known: KnownOptions<AcquireLeaseOptions> = { connection: required(text), key: required(text), seconds: number };

const defaultSeconds = 900;

/**
 * Takes a lock that outlives the task: one run at a time has it, until `releaseLease` or until it expires. A setup task; hand its
 * result to the tasks that write: `sql({ under: lock, … })`. Fails at once, and is not tried again, while another run has it.
 *
 * @example const lock = dag.setup("acquire_lock", acquireLease({ connection: "warehouse", key: "42" }));
 */
export function acquireLease(options: AcquireLeaseOptions): Operator<Lease> {
  return fromOptions({ name: "acquireLease", callee: acquireLease, known }, options, makeAcquireLease);
}

function makeAcquireLease({ connection, key, seconds = defaultSeconds }: AcquireLeaseOptions): Operator<Lease> {
  checkValues(key, seconds);
  return defineOperator<Lease>({
    name: "acquireLease",
    options: { connection, key, seconds },
    inputs: {},
    connections: [connection],
    execute: () =>
      withPostgres(connection, async (session) => {
        await createLeaseTables(session);
        const token = await inTransaction(session, () => takeLease(session, { connection, key, seconds }));
        console.log(`Lease ${key} on ${connection}: token ${token}, ${seconds} s from each write`);
        return { connection, key, token };
      }),
  });
}

async function takeLease(session: PostgresSession, wanted: Required<AcquireLeaseOptions>): Promise<string> {
  await refuseIfHeld(session, wanted);
  await waitForOtherAcquirers(session, wanted);
  const isFree = await tryAdvisoryLock(session, wanted.key);
  const { row, isOurs } = await refuseIfHeld(session, wanted);
  if (!isFree && !(isOurs && (await waitForAdvisoryLock(session, wanted.key, zombieWaitMs)))) {
    throw await busyLease(session, wanted, { row, isOurs });
  }
  const { dagId, runId } = getContext();
  await removeOldLedgerRows(session);
  const { rows } = await session.query<{ token: string }>(
    `INSERT INTO dagwright.lease AS held (key, dag_id, run_id, token, seconds, expires)
     VALUES ($1::bigint, $2, $3, 1, $4::integer, clock_timestamp() + make_interval(secs => $4::integer))
     ON CONFLICT (key) DO UPDATE
       SET (dag_id, run_id, token, seconds, expires) =
           (excluded.dag_id, excluded.run_id, held.token + 1, excluded.seconds, excluded.expires)
     RETURNING token::text AS token`,
    [wanted.key, dagId, runId, wanted.seconds],
  );
  return rows[0]!.token;
}

/** What others have committed; reads only, so it never waits. */
async function refuseIfHeld(
  session: PostgresSession,
  wanted: AcquireLeaseOptions,
): Promise<{ readonly row: LeaseRow | undefined; readonly isOurs: boolean }> {
  const { dagId, runId } = getContext();
  const row = await findLeaseRow(session, wanted.key);
  const isOurs = row?.dag === dagId && row.run === runId;
  if (row?.state === "held" && !isOurs) throw heldLease(wanted, row);
  return { row, isOurs };
}

/** Two acquirers of one key take turns, so that the second sees, and can name, what the first has committed. */
async function waitForOtherAcquirers(session: PostgresSession, wanted: AcquireLeaseOptions): Promise<void> {
  const { rows } = await session.query<{ turn: string }>(
    "SELECT hashtextextended('dagwright.acquire-lease ' || $1, 0)::text AS turn",
    [wanted.key],
  );
  if (await waitForAdvisoryLock(session, rows[0]!.turn, 2 * zombieWaitMs)) return;
  throw new KnownError({
    what: "another task has been acquiring the same lease for too long",
    where: placeOf(wanted),
    found: await describeLockHolders(session, rows[0]!.turn),
    remedy: "The next try waits again",
  });
}

function heldLease(wanted: AcquireLeaseOptions, row: LeaseRow): KnownError {
  return new KnownError({
    what: "another run has the lease",
    where: placeOf(wanted),
    found: `run ${row.run} of DAG ${row.dag}, until ${row.expires}`,
    remedy: "Run the DAG again when that run has ended; one that died loses the lease at that moment",
    isRetryable: false,
  });
}

async function busyLease(
  session: PostgresSession,
  wanted: AcquireLeaseOptions,
  { row, isOurs }: { row: LeaseRow | undefined; isOurs: boolean },
): Promise<KnownError> {
  const holders = await describeLockHolders(session, wanted.key);
  const last =
    row === undefined
      ? "no run has the lease"
      : `lease of run ${row.run} of DAG ${row.dag}, ${row.state} ${row.expires}`;
  return new KnownError({
    what: isOurs
      ? "an earlier try of this run is still writing"
      : "the lease is not held, but somebody is still writing under its key",
    where: placeOf(wanted),
    found: `advisory lock held by ${holders}; ${last}`,
    remedy: isOurs
      ? "It is free when that session ends; the next try waits again, or end it with pg_terminate_backend"
      : "Run the DAG again when that session has ended, or end it with pg_terminate_backend",
    isRetryable: isOurs,
  });
}

function checkValues(key: string, seconds: number): void {
  const operator = { name: "acquireLease", callee: acquireLease };
  if (!Number.isInteger(seconds) || seconds < 1) {
    const remedy = "give a whole number of seconds, 1 or more";
    reportIn(operator, { steps: ["seconds"], problem: `seconds is ${seconds}`, remedy });
  }
  const isNumber = /^-?\d{1,19}$/.test(key);
  if (isNumber && BigInt.asIntN(64, BigInt(key)) === BigInt(key)) return;
  reportIn(operator, {
    steps: ["key"],
    problem: `key is ${JSON.stringify(key)}`,
    remedy: 'give a 64-bit whole number as a decimal string, e.g. "863440123987650321"',
  });
}
