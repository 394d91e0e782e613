// Which queued dag runs start. Pure. Runs of a backfill have their own limit and go after all others, in the backfill's order.
// Source: get_queued_dag_runs_to_set_running in airflow/models/dagrun.py, _start_queued_dagruns in scheduler_job_runner.py, of Airflow 3.3.

import { inOrder, type QueuedRun } from "./run-queue.ts";

export interface RunLimits {
  /** Of runs without a backfill. */
  readonly maxActiveRuns: number;
  /** Of a backfill's runs; undefined where the backfill is gone: then the DAG's. */
  readonly maxActiveRunsOf: (backfill: number) => number | undefined;
}

/** Of one DAG. `queued`: by backfill, in order. `running`: the backfills, or null, of its runs that run. Returns ids, in the order of their start. */
export function planQueue(
  queued: ReadonlyMap<number | null, readonly QueuedRun[]>,
  running: readonly (number | null)[],
  limits: RunLimits,
): number[] {
  const started: QueuedRun[] = [];
  for (const [backfill, runs] of queued) {
    const count = running.filter((other) => other === backfill).length;
    const limit = (backfill === null ? undefined : limits.maxActiveRunsOf(backfill)) ?? limits.maxActiveRuns;
    started.push(...runs.slice(0, Math.max(0, limit - count)));
  }
  return started.sort(inOrder).map(({ id }) => id);
}
