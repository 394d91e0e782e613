// The operator that frees a lease. The row stays, so that tokens only ever rise; released is not expired: nobody may renew it.

import type { PostgresSession } from "../connections/postgres.ts";
import { defineOperator, isOperator, type Operator, type TaskRef, taskBrand } from "../dag/definition.ts";
import { isUsable, reportIn, standIn } from "../dag/operator-options.ts";
import { task } from "../dag/shapes.ts";
import { KnownError } from "../errors.ts";
import { describeLockHolders, waitForAdvisoryLock } from "./advisory-lock.ts";
import { type Lease, placeOf, zombieWaitMs } from "./lease.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";

export interface Release {
  /** False: it was not ours any more, released before, or never acquired. */
  readonly released: boolean;
}

/**
 * Frees a lease: the teardown of `acquireLease`. Does nothing when the lease was taken over, was released before or was never
 * acquired, so it may run any number of times.
 *
 * @example dag.teardown("release_lock", releaseLease(lock));
 */
export function releaseLease(lock: TaskRef<Lease>): Operator<Release> {
  const operator = { name: "releaseLease", callee: releaseLease };
  if (!isUsable(operator, task.findFaults(lock))) return standIn("releaseLease");
  const { body, id } = lock[taskBrand];
  if (body.kind !== "operator" || !isOperator(body.operator) || body.operator.name !== "acquireLease") {
    const problem = `task ${JSON.stringify(id)} acquires no lease`;
    reportIn(operator, { steps: [], problem, remedy: "give it the task that acquireLease made" });
    return standIn("releaseLease");
  }
  const { connection, key } = body.operator.options as Partial<Record<"connection" | "key", string>>;
  // A stand-in: what is wrong with it is reported there.
  if (connection === undefined || key === undefined) return standIn("releaseLease");
  return defineOperator<Release>({
    name: "releaseLease",
    options: { connection, key },
    inputs: { lease: lock },
    connections: [connection],
    execute: async ({ lease }) => {
      const held = lease as Lease | null | undefined;
      if (!held) return { released: false };
      return withPostgres(connection, (session) => inTransaction(session, () => freeLease(session, held)));
    },
  });
}

async function freeLease(session: PostgresSession, lease: Lease): Promise<Release> {
  if (!(await waitForAdvisoryLock(session, lease.key, zombieWaitMs))) {
    throw new KnownError({
      what: "the lease cannot be released while a task is still writing under it",
      where: placeOf(lease),
      found: `advisory lock held by ${await describeLockHolders(session, lease.key)}`,
      remedy: "It is free when that session ends; the next try waits again, or the lease expires by itself",
    });
  }
  const { rowCount } = await session.query(
    `UPDATE dagwright.lease SET expires = '-infinity'
      WHERE key = $1::bigint AND token = $2::bigint AND expires > '-infinity'`,
    [lease.key, lease.token],
  );
  const released = (rowCount ?? 0) > 0;
  console.log(`Lease ${lease.key} on ${lease.connection}: ${released ? "released" : "was not ours any more"}`);
  return { released };
}
