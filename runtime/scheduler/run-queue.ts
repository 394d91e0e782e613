// The queued dag runs of one DAG, always in the order of their start: those of each backfill apart, as it has a limit of its own. A change
// costs a search, not a sort: a backfill may queue many thousands, and the queue is looked at whenever a run ends.

export interface QueuedRun {
  readonly id: number;
  readonly backfill: number | null;
  readonly sortOrdinal: number | null;
  readonly runAfter: string;
}

/** Backfill, or null → its runs; none that is empty. */
export type RunQueue = Map<number | null, QueuedRun[]>;

export function addQueued(queue: RunQueue, run: QueuedRun): void {
  const runs = queue.get(run.backfill) ?? [];
  queue.set(run.backfill, runs);
  runs.splice(placeOf(runs, run), 0, run);
}

/** @param run as it was added. */
export function removeQueued(queue: RunQueue, run: QueuedRun): void {
  const runs = queue.get(run.backfill) ?? [];
  const place = placeOf(runs, run);
  if (runs[place]?.id !== run.id) return;
  runs.splice(place, 1);
  if (runs.length === 0) queue.delete(run.backfill);
}

/** Source: get_queued_dag_runs_to_set_running in airflow/models/dagrun.py of Airflow 3.3. */
export function inOrder(left: QueuedRun, right: QueuedRun): number {
  const byOrdinal = (left.sortOrdinal ?? 0) - (right.sortOrdinal ?? 0);
  if (byOrdinal !== 0) return byOrdinal;
  if (left.runAfter !== right.runAfter) return left.runAfter < right.runAfter ? -1 : 1;
  return left.id - right.id;
}

/** Of the first that does not go before it. */
function placeOf(runs: readonly QueuedRun[], run: QueuedRun): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inOrder(runs[middle]!, run) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
