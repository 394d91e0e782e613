// What it means to cancel a dag run that goes on: its work ends, its teardowns still run. Pure. Source: set_dag_run_state_to_failed in
// airflow/api/common/mark_tasks.py of Airflow 3.3, which is "mark as failed" on its page.

import type { DagModel } from "../dag/model.ts";
import { isFinished } from "../dag/states.ts";
import type { TaskInstance } from "./judge-run.ts";

export interface Cancellation {
  /** Tasks whose running try is to be ended. */
  readonly end: readonly string[];
  /** Tasks that had no try running: they get the state `skipped`. */
  readonly skip: readonly string[];
}

/** Both lists are empty when nothing but teardowns is left. */
export function planCancel(dag: DagModel, instances: ReadonlyMap<string, TaskInstance>): Cancellation {
  const work = dag.tasks
    .filter((task) => task.role !== "teardown")
    .map((task) => ({ id: task.id, state: instances.get(task.id)!.state }))
    .filter(({ state }) => !isFinished(state));
  return {
    end: work.filter(({ state }) => state === "running").map(({ id }) => id),
    skip: work.filter(({ state }) => state !== "running").map(({ id }) => id),
  };
}
