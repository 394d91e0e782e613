// Statements about what people change in runs, whatever state they are in: cleared, marked, taken into a backfill. Each is called within
// the transaction that decided it, which also leaves a notice for the scheduler.

import type { JsonObject } from "../dag/json.ts";
import type { DagRunState, TaskState } from "../dag/states.ts";
import { type DagRunRow, findDagRunByNumber } from "./dag-runs.ts";
import { prepare, type Store } from "./open-store.ts";

export interface ClearedTaskInstance {
  readonly taskId: string;
  readonly state: TaskState;
  readonly maxTries: number;
}

export function clearTaskInstance(store: Store, run: number, { taskId, state, maxTries }: ClearedTaskInstance): void {
  prepare(
    store,
    `UPDATE task_instance SET state = ?, max_tries = ?, losses = 0, next_try_at = NULL, error = NULL WHERE run = ? AND task_id = ?`,
  ).run(state, maxTries, run, taskId);
}

/** A task that its DAG got after the run began. */
export function addTaskInstance(store: Store, run: number, { id, retries }: { id: string; retries: number }): void {
  prepare(store, "INSERT INTO task_instance (run, task_id, state, max_tries) VALUES (?, ?, 'none', ?)").run(
    run,
    id,
    retries,
  );
}

export function markTaskInstance(
  store: Store,
  run: number,
  { taskId, state, at }: { taskId: string; state: TaskState; at: string },
): void {
  prepare(
    store,
    `UPDATE task_instance SET state = ?, start_date = coalesce(start_date, ?), end_date = ?, next_try_at = NULL, error = NULL
    WHERE run = ? AND task_id = ?`,
  ).run(state, at, at, run, taskId);
}

export function countClear(store: Store, run: number, queuedAt: string): void {
  prepare(store, "UPDATE dag_run SET clear_number = clear_number + 1, queued_at = ? WHERE id = ?").run(queuedAt, run);
}

/** One that has ended goes on, with this build. */
export function queueDagRunAgain(
  store: Store,
  run: number,
  { definition, build }: Pick<DagRunRow, "definition" | "build">,
): void {
  prepare(
    store,
    "UPDATE dag_run SET state = 'queued', start_date = NULL, end_date = NULL, definition = ?, build = ? WHERE id = ?",
  ).run(definition, build, run);
}

/** Of one that had ended already, the end stays when it was. */
export function markDagRun(store: Store, run: number, { state, at }: { state: DagRunState; at: string }): void {
  prepare(store, "UPDATE dag_run SET state = ?, end_date = coalesce(end_date, ?) WHERE id = ?").run(state, at, run);
}

/** A run of before that its backfill runs again. */
export function takeIntoBackfill(
  store: Store,
  run: number,
  { backfill, sortOrdinal, conf }: { backfill: number; sortOrdinal: number; conf: JsonObject | null },
): void {
  prepare(
    store,
    "UPDATE dag_run SET run_type = 'backfill', backfill = ?, sort_ordinal = ?, conf = coalesce(?, conf) WHERE id = ?",
  ).run(backfill, sortOrdinal, conf === null ? null : JSON.stringify(conf), run);
}

/** The one that schedulers know of this logical date, written as Airflow writes it. */
export function findDagRunToReprocess(store: Store, dagId: string, logicalDate: string): DagRunRow | undefined {
  const find = prepare(store, "SELECT id FROM dag_run WHERE dag_id = ? AND logical_date = ? AND NOT is_test").pluck();
  const id = find.get(dagId, logicalDate) as number | undefined;
  return id === undefined ? undefined : findDagRunByNumber(store, id);
}

/** Oldest logical date first, those of schedulers; a run without one lies between no dates. */
export function readDagRunsBetween(
  store: Store,
  { dagId, from, to }: { dagId: string; from: string | null; to: string | null },
): DagRunRow[] {
  const ids = prepare(
    store,
    `SELECT id FROM dag_run
    WHERE dag_id = ? AND NOT is_test AND (? IS NULL OR logical_date >= ?) AND (? IS NULL OR logical_date <= ?)
    ORDER BY logical_date, id`,
  )
    .pluck()
    .all(dagId, from, from, to, to) as number[];
  return ids.map((id) => findDagRunByNumber(store, id)!);
}
