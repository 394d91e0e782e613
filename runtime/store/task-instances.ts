// Statements about task instances. A change names the state it expects to find: a stale one changes nothing.

import type { TaskState } from "../dag/states.ts";
import { prepare, type Store } from "./open-store.ts";

export interface TaskInstanceRow {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  /** The try after which a failure is final; `retries` at first, more after a clear. */
  readonly maxTries: number;
  /** How often a process was started for it: each has a folder of its own. */
  readonly starts: number;
  /** Processes that were lost, since it was cleared last. */
  readonly losses: number;
  readonly startDate: string | null;
  readonly endDate: string | null;
  /** Milliseconds since 1970, while `up_for_retry`. */
  readonly nextTryAt: number | null;
  readonly error: string | null;
}

export function readTaskInstances(store: Store, run: number): TaskInstanceRow[] {
  return prepare(
    store,
    `SELECT task_id AS taskId, state, try_number AS tryNumber, max_tries AS maxTries, starts, losses, start_date AS startDate,
      end_date AS endDate, next_try_at AS nextTryAt, error
    FROM task_instance WHERE run = ?`,
  ).all(run) as TaskInstanceRow[];
}

/** Undefined when the run has no such task. */
export function findTaskState(store: Store, run: number, taskId: string): TaskState | undefined {
  const find = prepare(store, "SELECT state FROM task_instance WHERE run = ? AND task_id = ?");
  return find.pluck().get(run, taskId) as TaskState | undefined;
}

/** Whether a run of before that logical date had an instance of the task. */
export function hasEarlierTaskInstance(
  store: Store,
  { dagId, taskId, logicalDate }: { dagId: string; taskId: string; logicalDate: string },
): boolean {
  const find = prepare(
    store,
    `SELECT 1 FROM dag_run JOIN task_instance ON run = id
    WHERE dag_id = ? AND logical_date < ? AND NOT is_test AND task_id = ? LIMIT 1`,
  );
  return find.get(dagId, logicalDate, taskId) !== undefined;
}

export interface SettledTask {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly endDate: string;
}

/** Sets a state without running the task. */
export function settleTask(store: Store, run: number, { taskId, state, tryNumber, endDate }: SettledTask): void {
  prepare(
    store,
    `UPDATE task_instance SET state = ?, try_number = ?, end_date = ?, next_try_at = NULL
    WHERE run = ? AND task_id = ? AND state IN ('none', 'scheduled', 'up_for_retry')`,
  ).run(state, tryNumber, endDate, run, taskId);
}

export interface StartedTask {
  readonly taskId: string;
  readonly tryNumber: number;
  readonly startDate: string;
}

/** A new try: its XComs of earlier tries are gone, as in Airflow. */
export function startTask(store: Store, run: number, { taskId, tryNumber, startDate }: StartedTask): void {
  const { changes } = prepare(
    store,
    `UPDATE task_instance SET state = 'running', try_number = ?, starts = starts + 1, start_date = ?, end_date = NULL, next_try_at = NULL,
      error = NULL
    WHERE run = ? AND task_id = ? AND state IN ('none', 'scheduled', 'up_for_retry')`,
  ).run(tryNumber, startDate, run, taskId);
  if (changes > 0) prepare(store, "DELETE FROM xcom WHERE run = ? AND task_id = ?").run(run, taskId);
}

/** The same try again, whose process never began. */
export function restartTask(store: Store, run: number, taskId: string): void {
  prepare(
    store,
    "UPDATE task_instance SET starts = starts + 1 WHERE run = ? AND task_id = ? AND state = 'running'",
  ).run(run, taskId);
}

export interface EndedTask {
  readonly taskId: string;
  readonly tryNumber: number;
  readonly state: TaskState;
  readonly nextTryAt: number | null;
  readonly error: string | null;
  readonly endDate: string;
  /** Why the try does not count: its process was lost, or the scheduler was stopped. */
  readonly uncounted?: "lost" | "stopped";
}

/** False when the try is not the running one: then nothing of it counts. */
export function endTask(store: Store, run: number, end: EndedTask): boolean {
  const { changes } = prepare(
    store,
    `UPDATE task_instance SET state = ?, end_date = ?, next_try_at = ?, error = ?, losses = losses + ?, max_tries = max_tries + ?
    WHERE run = ? AND task_id = ? AND try_number = ? AND state = 'running'`,
  ).run(
    end.state,
    end.endDate,
    end.nextTryAt,
    end.error,
    Number(end.uncounted === "lost"),
    Number(end.uncounted !== undefined),
    run,
    end.taskId,
    end.tryNumber,
  );
  return changes > 0;
}

/** Shown while a task waits for a slot. */
export function scheduleTask(store: Store, run: number, taskId: string): void {
  prepare(
    store,
    "UPDATE task_instance SET state = 'scheduled', next_try_at = NULL WHERE run = ? AND task_id = ? AND state IN ('none', 'up_for_retry')",
  ).run(run, taskId);
}

/** A running try that ends by a decision, not by its process, which is ended for it. */
export function overruleTask(
  store: Store,
  run: number,
  { taskId, state, error, endDate }: Pick<EndedTask, "taskId" | "state" | "error" | "endDate">,
): void {
  prepare(
    store,
    "UPDATE task_instance SET state = ?, error = ?, end_date = ?, next_try_at = NULL WHERE run = ? AND task_id = ?",
  ).run(state, error, endDate, run, taskId);
}

/** Cleared while it ran, and its process is gone now. */
export function resetTask(store: Store, run: number, taskId: string): void {
  prepare(store, "UPDATE task_instance SET state = 'none' WHERE run = ? AND task_id = ? AND state = 'restarting'").run(
    run,
    taskId,
  );
}
