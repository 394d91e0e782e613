// Marks dag runs and task instances in the store by hand, in one transaction with the notices that a scheduler acts on, if one runs.

import { graphOf } from "../dag/graph.ts";
import type { DagModel } from "../dag/model.ts";
import { partialSubset } from "../dag/partial-subset.ts";
import { completeBackfill } from "../store/backfills.ts";
import { markDagRun, markTaskInstance } from "../store/changes-by-hand.ts";
import { type DagRunRow, hasUnfinishedDagRuns } from "../store/dag-runs.ts";
import { leaveNotice } from "../store/notices.ts";
import type { Store } from "../store/open-store.ts";
import { readTaskInstances } from "../store/task-instances.ts";
import { type ClearRequest, clearTasks, type PresentDag } from "./clear-tasks.ts";
import type { RunClear } from "./plan-clear.ts";
import { planMark, type RunMark } from "./plan-mark.ts";

export interface MarkedRun {
  readonly run: DagRunRow;
  /** Of the run's build. */
  readonly model: DagModel;
  readonly state: "success" | "failed";
}

/** Within a transaction that read the run. */
export function markRun(store: Store, { run, model, state }: MarkedRun, now: number): RunMark {
  const plan = planMark(model, readTaskInstances(store, run.id));
  const at = new Date(now).toISOString();
  for (const taskId of plan.mark) markTaskInstance(store, run.id, { taskId, state, at });
  for (const taskId of plan.skip) markTaskInstance(store, run.id, { taskId, state: "skipped", at });
  if (plan.isRunMarked) {
    markDagRun(store, run.id, { state, at });
    if (run.backfill !== null && !hasUnfinishedDagRuns(store, run.backfill)) completeBackfill(store, run.backfill, at);
  }
  leaveNotice(store, { kind: "dag_run", run: run.id });
  return plan;
}

export interface MarkedTask {
  readonly run: DagRunRow;
  readonly model: DagModel;
  readonly present: PresentDag;
  readonly taskId: string;
  readonly state: "success" | "failed" | "skipped";
}

/**
 * Tasks downstream that failed by it run again: returns them, empty where there are none. The state of a run that has ended is its own unless
 * there are. Source: set_task_instance_state in airflow/serialization/definitions/dag.py of Airflow 3.3.
 * Within a transaction that read the run.
 */
export function markTask(store: Store, marked: MarkedTask, now: number): RunClear[] {
  const { run, taskId, state } = marked;
  const instance = readTaskInstances(store, run.id).find((row) => row.taskId === taskId);
  if (instance !== undefined && instance.state !== state) {
    markTaskInstance(store, run.id, { taskId, state, at: new Date(now).toISOString() });
    leaveNotice(store, { kind: "dag_run", run: run.id });
  }
  return clearTasks(store, clearBehind(marked), now);
}

/** What `markTask` clears. */
export function clearBehind({ run, model, present, taskId }: Omit<MarkedTask, "state">): ClearRequest {
  const taskIds = partialSubset(graphOf(model), [taskId], { upstream: false, downstream: true });
  const selection = { taskIds, exceptTaskIds: new Set([taskId]), onlyFailed: true };
  return { runs: [run], selection, present, modelOf: () => model };
}
