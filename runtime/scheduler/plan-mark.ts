// What it means to mark a dag run as successful or failed by hand: what runs gets that state, what waits is skipped, and teardowns go on.
// Pure. Source: _set_dag_run_terminal_state in airflow/api/common/mark_tasks.py of Airflow 3.3.

import type { DagModel } from "../dag/model.ts";
import { isFinished, type TaskState } from "../dag/states.ts";

export interface RunMark {
  /** Tasks whose running try is overruled: they get the state, and their processes are ended. */
  readonly mark: readonly string[];
  readonly skip: readonly string[];
  /**
   * Whether the run gets the state. While a teardown is to be done it does not: it goes on, and its tasks decide how it ends. So a run
   * of which nothing was running when it was marked as failed may end in success, as in Airflow.
   */
  readonly isRunMarked: boolean;
}

export function planMark(
  dag: DagModel,
  instances: readonly { readonly taskId: string; readonly state: TaskState }[],
): RunMark {
  const roles = new Map(dag.tasks.map(({ id, role }) => [id, role]));
  const unfinished = instances.filter(({ taskId, state }) => roles.has(taskId) && !isFinished(state));
  const work = unfinished.filter(({ taskId }) => roles.get(taskId) !== "teardown");
  return {
    mark: work.filter(({ state }) => state === "running").map(({ taskId }) => taskId),
    skip: work.filter(({ state }) => state !== "running").map(({ taskId }) => taskId),
    isRunMarked: work.length === unfinished.length,
  };
}
