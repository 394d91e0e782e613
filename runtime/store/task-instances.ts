// Statements about task instances. A change names the state it expects to find: a stale one changes nothing.

import type { TaskState } from "../dag/states.ts";
import type { Store } from "./open-store.ts";

export interface TaskInstanceRow {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly startDate: string | null;
  readonly endDate: string | null;
  /** Milliseconds since 1970, while `up_for_retry`. */
  readonly nextTryAt: number | null;
  readonly error: string | null;
}

export function readTaskInstances(store: Store, run: number): TaskInstanceRow[] {
  return store
    .prepare(`
      SELECT task_id AS taskId, state, try_number AS tryNumber, start_date AS startDate, end_date AS endDate,
        next_try_at AS nextTryAt, error
      FROM task_instance WHERE run = ?`)
    .all(run) as TaskInstanceRow[];
}

export interface SettledTask {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly endDate: string;
}

/** Sets a state without running the task. */
export function settleTask(store: Store, run: number, { taskId, state, tryNumber, endDate }: SettledTask): void {
  store
    .prepare(`
      UPDATE task_instance SET state = ?, try_number = ?, end_date = ?, next_try_at = NULL
      WHERE run = ? AND task_id = ? AND state IN ('none', 'scheduled', 'up_for_retry')`)
    .run(state, tryNumber, endDate, run, taskId);
}

export interface StartedTask {
  readonly taskId: string;
  readonly tryNumber: number;
  readonly startDate: string;
}

/** A new try: its XComs of earlier tries are gone, as in Airflow. */
export function startTask(store: Store, run: number, { taskId, tryNumber, startDate }: StartedTask): void {
  const { changes } = store
    .prepare(`
      UPDATE task_instance SET state = 'running', try_number = ?, start_date = ?, end_date = NULL, next_try_at = NULL, error = NULL
      WHERE run = ? AND task_id = ? AND state IN ('none', 'scheduled', 'up_for_retry')`)
    .run(tryNumber, startDate, run, taskId);
  if (changes > 0) store.prepare("DELETE FROM xcom WHERE run = ? AND task_id = ?").run(run, taskId);
}

export interface EndedTask {
  readonly taskId: string;
  readonly tryNumber: number;
  readonly state: TaskState;
  readonly nextTryAt: number | null;
  readonly error: string | null;
  readonly endDate: string;
}

/** False when the try is not the running one: then nothing of it counts. */
export function endTask(store: Store, run: number, end: EndedTask): boolean {
  const { changes } = store
    .prepare(`
      UPDATE task_instance SET state = ?, end_date = ?, next_try_at = ?, error = ?
      WHERE run = ? AND task_id = ? AND try_number = ? AND state = 'running'`)
    .run(end.state, end.endDate, end.nextTryAt, end.error, run, end.taskId, end.tryNumber);
  return changes > 0;
}
