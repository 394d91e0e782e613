// What to do next in one dag run. Pure: everything it knows is in its arguments, everything it wants is in its result. Called again
// after its decisions were applied, until it has none: so a failure passes on one evaluation at a time, as in Airflow.

import { type Graph, graphOf, leavesOf } from "../dag/graph.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";
import { isFailure, isFinished, type TaskState } from "../dag/states.ts";
import { judgeTask } from "./judge-task.ts";
import { startOrder } from "./start-order.ts";

export interface TaskInstance {
  readonly state: TaskState;
  /** Of the latest try; 0 before the first. */
  readonly tryNumber: number;
  /** Milliseconds since 1970, while `up_for_retry`. */
  readonly nextTryAt: number | null;
}

export interface RunSituation {
  readonly dag: DagModel;
  readonly instances: ReadonlyMap<string, TaskInstance>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tasks that may still be started, over all runs. */
  readonly freeSlots: number;
}

export type Decision =
  /** Gets this state without running. */
  | { readonly kind: "settle"; readonly taskId: string; readonly state: "success" | "skipped" | "upstream_failed" }
  | { readonly kind: "start"; readonly taskId: string; readonly tryNumber: number }
  | { readonly kind: "finish"; readonly state: "success" | "failed" }
  /** Nothing to do before this moment. */
  | { readonly kind: "wake"; readonly at: number };

/** Airflow's `[core] max_active_tasks_per_dag`. */
export const defaultMaxActiveTasks = 16;

export function planRun(situation: RunSituation): Decision[] {
  const graph = graphOf(situation.dag);
  if ([...situation.instances.values()].every(({ state }) => isFinished(state))) {
    return [{ kind: "finish", state: finalState(graph, situation.instances) }];
  }
  const settled = settleWhatIsDecided(graph, situation);
  // What starts is judged on settled ground: it waits for the next evaluation.
  return settled.length > 0 ? settled : startWhatIsReady(graph, situation);
}

function settleWhatIsDecided(graph: Graph, { dag, instances }: RunSituation): Decision[] {
  return dag.tasks.flatMap((task): Decision[] => {
    if (instances.get(task.id)?.state !== "none") return [];
    const verdict = judgeTask(graph, task, (id) => instances.get(id)?.state ?? "none");
    if (verdict === "wait") return [];
    if (verdict !== "run") return [{ kind: "settle", taskId: task.id, state: verdict }];
    // An EmptyOperator is set to success by Airflow's scheduler, too, without running.
    return task.kind === "empty" ? [{ kind: "settle", taskId: task.id, state: "success" }] : [];
  });
}

function startWhatIsReady(graph: Graph, { dag, instances, now, freeSlots }: RunSituation): Decision[] {
  const states = [...instances.values()].map(({ state }) => state);
  const running = states.filter((state) => state === "running").length;
  let slots = Math.min(freeSlots, (dag.maxActiveTasks ?? defaultMaxActiveTasks) - running);
  const decisions: Decision[] = [];
  let wakeAt = Number.POSITIVE_INFINITY;
  for (const task of startOrder(dag)) {
    const instance = instances.get(task.id)!;
    if (instance.state === "up_for_retry") wakeAt = Math.min(wakeAt, instance.nextTryAt!);
    if (slots <= 0 || !isReady(graph, task, instance, instances, now)) continue;
    decisions.push({ kind: "start", taskId: task.id, tryNumber: instance.tryNumber + 1 });
    slots--;
  }
  if (decisions.length === 0 && running === 0 && wakeAt === Number.POSITIVE_INFINITY && freeSlots > 0) {
    // Airflow's all_tasks_deadlocked: something is unfinished and nothing can ever start.
    return [{ kind: "finish", state: "failed" }];
  }
  return wakeAt > now && wakeAt !== Number.POSITIVE_INFINITY ? [...decisions, { kind: "wake", at: wakeAt }] : decisions;
}

function isReady(
  graph: Graph,
  task: TaskModel,
  instance: TaskInstance,
  instances: ReadonlyMap<string, TaskInstance>,
  now: number,
): boolean {
  if (instance.state === "up_for_retry") return instance.nextTryAt! <= now;
  return instance.state === "none" && judgeTask(graph, task, (id) => instances.get(id)?.state ?? "none") === "run";
}

/** Source: airflow/models/dagrun.py (update_state). */
function finalState(graph: Graph, instances: ReadonlyMap<string, TaskInstance>): "success" | "failed" {
  return leavesOf(graph).some((id) => isFailure(instances.get(id)!.state)) ? "failed" : "success";
}
