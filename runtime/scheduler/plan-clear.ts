// What it means to clear task instances: they run again, and so does their run if it has ended, then by the DAG as it is now. Pure.
// Source: clear_task_instances in airflow/models/taskinstance.py, DagRun.verify_integrity, of Airflow 3.3.

import { type DagModel, effectiveArgs } from "../dag/model.ts";
import { type DagRunState, isFailure, type TaskState } from "../dag/states.ts";

export interface ClearableRun {
  readonly id: number;
  readonly state: DagRunState;
  /** Of the build that it began with. */
  readonly model: DagModel;
  readonly instances: readonly ClearableInstance[];
}

export interface ClearableInstance {
  readonly taskId: string;
  readonly state: TaskState;
  readonly tryNumber: number;
  readonly maxTries: number;
}

export interface ClearSelection {
  /** Undefined: all, also those that the DAG has no more. */
  readonly taskIds?: ReadonlySet<string> | undefined;
  readonly exceptTaskIds?: ReadonlySet<string>;
  readonly onlyFailed?: boolean;
  /** With `onlyFailed` both kinds, as in Airflow. */
  readonly onlyRunning?: boolean;
}

export interface RunClear {
  readonly run: number;
  /** It had ended: it is queued, and goes on with the DAG as it is now. */
  readonly isQueuedAgain: boolean;
  /** What was asked for. */
  readonly cleared: readonly InstanceChange[];
  /** What brings the instances of a run that had ended in line with the DAG as it is now. */
  readonly alignment: readonly InstanceChange[];
  readonly added: readonly { readonly id: string; readonly retries: number }[];
}

export interface InstanceChange {
  readonly taskId: string;
  readonly state: "none" | "restarting" | "removed";
  readonly maxTries: number;
}

/** Undefined when nothing of the run is selected. */
export function planClear(run: ClearableRun, present: DagModel, selection: ClearSelection): RunClear | undefined {
  const selected = run.instances.filter((instance) => isSelected(instance, selection));
  if (selected.length === 0) return undefined;
  const isQueuedAgain = run.state === "success" || run.state === "failed";
  const retries = retriesOf(isQueuedAgain ? present : run.model);
  const cleared = selected.map((instance) => clear(instance, retries.get(instance.taskId), isQueuedAgain));
  const nothing = { alignment: [], added: [] };
  return { run: run.id, isQueuedAgain, cleared, ...(isQueuedAgain ? align(run, retries, selected) : nothing) };
}

function isSelected({ taskId, state }: ClearableInstance, selection: ClearSelection): boolean {
  const { taskIds, exceptTaskIds, onlyFailed = false, onlyRunning = false } = selection;
  if (taskIds?.has(taskId) === false || exceptTaskIds?.has(taskId)) return false;
  if (!onlyFailed && !onlyRunning) return true;
  return (onlyFailed && isFailure(state)) || (onlyRunning && state === "running");
}

/** @param retries undefined: the DAG has no such task. Airflow's scheduler removes it then; ours has no instances without a task. */
function clear(instance: ClearableInstance, retries: number | undefined, hasRunEnded: boolean): InstanceChange {
  const { taskId, state, tryNumber, maxTries } = instance;
  if (retries === undefined) return { taskId, state: "removed", maxTries: Math.max(maxTries, tryNumber) };
  // Its process is still to be ended. In a run that has ended nothing runs.
  const hasProcess = !hasRunEnded && (state === "running" || state === "restarting");
  return { taskId, state: hasProcess ? "restarting" : "none", maxTries: tryNumber + retries };
}

function align(
  { instances }: ClearableRun,
  retries: ReadonlyMap<string, number>,
  cleared: readonly ClearableInstance[],
): Pick<RunClear, "alignment" | "added"> {
  const others = instances.filter((instance) => !cleared.includes(instance));
  const alignment = others.flatMap(({ taskId, state, maxTries }): InstanceChange[] => {
    const isRemoved = state === "removed";
    if (retries.has(taskId) !== isRemoved) return [];
    return [{ taskId, state: isRemoved ? "none" : "removed", maxTries }];
  });
  const known = new Set(instances.map(({ taskId }) => taskId));
  const added = [...retries].filter(([id]) => !known.has(id)).map(([id, count]) => ({ id, retries: count }));
  return { alignment, added };
}

function retriesOf(model: DagModel): Map<string, number> {
  return new Map(model.tasks.map((task) => [task.id, effectiveArgs(model, task).retries]));
}
