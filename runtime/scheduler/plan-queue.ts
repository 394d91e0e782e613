// Which queued dag runs start. Pure. Runs of a backfill have their own limit and go after all others, in the backfill's order.
// Source: get_queued_dag_runs_to_set_running in airflow/models/dagrun.py, _start_queued_dagruns in scheduler_job_runner.py, of Airflow 3.3.

export interface QueuedRun {
  readonly id: number;
  readonly backfill: number | null;
  readonly sortOrdinal: number | null;
  readonly runAfter: string;
}

export interface RunLimits {
  /** Of runs without a backfill. */
  readonly maxActiveRuns: number;
  /** Of a backfill's runs; undefined where the backfill is gone: then the DAG's. */
  readonly maxActiveRunsOf: (backfill: number) => number | undefined;
}

/** Of one DAG. `running`: the backfills, or null, of its runs that run. Returns ids, in the order of their start. */
export function planQueue(
  queued: readonly QueuedRun[],
  running: readonly (number | null)[],
  limits: RunLimits,
): number[] {
  const counts = new Map<number | null, number>();
  for (const backfill of running) counts.set(backfill, (counts.get(backfill) ?? 0) + 1);
  const started: number[] = [];
  for (const { id, backfill } of queued.toSorted(inOrder)) {
    const count = counts.get(backfill) ?? 0;
    const limit = (backfill === null ? undefined : limits.maxActiveRunsOf(backfill)) ?? limits.maxActiveRuns;
    if (count >= limit) continue;
    counts.set(backfill, count + 1);
    started.push(id);
  }
  return started;
}

function inOrder(left: QueuedRun, right: QueuedRun): number {
  const byOrdinal = (left.sortOrdinal ?? 0) - (right.sortOrdinal ?? 0);
  if (byOrdinal !== 0) return byOrdinal;
  if (left.runAfter !== right.runAfter) return left.runAfter < right.runAfter ? -1 : 1;
  return left.id - right.id;
}
