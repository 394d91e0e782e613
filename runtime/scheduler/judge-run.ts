// What becomes of the tasks of a run whose verdict may have changed. Pure. Judged again after what it says was applied, until nothing is
// touched any more: so a failure passes on one evaluation at a time, as in Airflow.

import type { TaskModel } from "../dag/model.ts";
import { isFailure, type TaskState } from "../dag/states.ts";
import { judgeTask } from "./judge-task.ts";
import type { RunShape } from "./run-shape.ts";

/** The least that planning knows of a task instance. */
export interface TaskInstance {
  readonly state: TaskState;
  /** Of the latest try; 0 before the first. */
  readonly tryNumber: number;
  /** Milliseconds since 1970, while `up_for_retry`. */
  readonly nextTryAt: number | null;
}

export interface JudgedRun {
  readonly shape: RunShape;
  readonly instances: ReadonlyMap<string, TaskInstance>;
  readonly now: number;
  /** Whether the run of before lets the task start: `dependsOnPast` and `waitForDownstream`. */
  readonly isFreeOfPast: (task: TaskModel) => boolean;
}

export type TaskVerdict =
  /** Gets this state without running. */
  | { readonly kind: "settle"; readonly taskId: string; readonly state: "success" | "skipped" | "upstream_failed" }
  /** May start as soon as it has a slot. */
  | { readonly kind: "ready"; readonly taskId: string }
  | { readonly kind: "blocked_by_past"; readonly taskId: string }
  | { readonly kind: "wait"; readonly taskId: string };

export function judgeTasks(run: JudgedRun, taskIds: Iterable<string>): TaskVerdict[] {
  const verdicts: TaskVerdict[] = [];
  for (const taskId of taskIds) {
    const task = run.shape.graph.tasks.get(taskId);
    const instance = run.instances.get(taskId);
    if (task && instance && isOpen(instance, run.now)) verdicts.push(judgeOpenTask(run, task));
  }
  return verdicts;
}

/** Not yet decided upon, or up for its next try. */
export function isOpen({ state, nextTryAt }: TaskInstance, now: number): boolean {
  return state === "none" || state === "scheduled" || (state === "up_for_retry" && nextTryAt! <= now);
}

function judgeOpenTask({ shape, instances, isFreeOfPast }: JudgedRun, task: TaskModel): TaskVerdict {
  const taskId = task.id;
  const verdict = judgeTask(shape, task, (id) => instances.get(id)?.state ?? "none");
  if (verdict === "wait") return { kind: "wait", taskId };
  if (verdict !== "run") return { kind: "settle", taskId, state: verdict };
  if (!isFreeOfPast(task)) return { kind: "blocked_by_past", taskId };
  // An EmptyOperator is set to success by Airflow's scheduler, too, without running.
  return task.kind === "empty" ? { kind: "settle", taskId, state: "success" } : { kind: "ready", taskId };
}

/** Of a run whose tasks have all ended. Source: airflow/models/dagrun.py (update_state). */
export function finalState({ shape, instances }: Pick<JudgedRun, "shape" | "instances">): "success" | "failed" {
  return shape.leaves.some((id) => isFailure(instances.get(id)?.state ?? "none")) ? "failed" : "success";
}
