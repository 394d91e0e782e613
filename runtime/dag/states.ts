// The states of a task instance and of a dag run: Airflow's names, one table. A test holds the store's CHECK constraints against it.
// Source: airflow/utils/state.py (TaskInstanceState, DagRunState).

export const taskStates = [
  "none",
  "scheduled",
  "running",
  "restarting",
  "success",
  "failed",
  "up_for_retry",
  "upstream_failed",
  "skipped",
  "removed",
] as const;
export type TaskState = (typeof taskStates)[number];

export const dagRunStates = ["queued", "running", "success", "failed"] as const;
export type DagRunState = (typeof dagRunStates)[number];

const finishedStates: ReadonlySet<TaskState> = new Set(["success", "failed", "upstream_failed", "skipped", "removed"]);

/** A finished task instance does not change again by itself. */
export function isFinished(state: TaskState): boolean {
  return finishedStates.has(state);
}

/** Airflow's `failed_states`: what fails a run when a leaf is in it. */
export function isFailure(state: TaskState): boolean {
  return state === "failed" || state === "upstream_failed";
}
