// What to do next in the one dag run of a foreground command. Pure: everything it knows is in its arguments, everything it wants is in its
// result. Called again after its decisions were applied, until it has none.

import type { DagModel } from "../dag/model.ts";
import { isFinished } from "../dag/states.ts";
import { finalState, judgeTasks, type TaskInstance } from "./judge-run.ts";
import { shapeOf } from "./run-shape.ts";

export interface RunSituation {
  readonly dag: DagModel;
  readonly instances: ReadonlyMap<string, TaskInstance>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tasks that may still be started, over all runs. */
  readonly freeSlots: number;
  /** For a DAG without `maxActiveTasks`; Airflow's `[core] max_active_tasks_per_dag`. */
  readonly maxActiveTasksPerDag: number;
}

export type Decision =
  /** Gets this state without running. */
  | { readonly kind: "settle"; readonly taskId: string; readonly state: "success" | "skipped" | "upstream_failed" }
  | { readonly kind: "start"; readonly taskId: string; readonly tryNumber: number }
  | { readonly kind: "finish"; readonly state: "success" | "failed" }
  /** Nothing to do before this moment. */
  | { readonly kind: "wake"; readonly at: number };

export function planRun(situation: RunSituation): Decision[] {
  const { dag, instances, now } = situation;
  const shape = shapeOf(dag);
  if ([...instances.values()].every(({ state }) => isFinished(state))) {
    return [{ kind: "finish", state: finalState({ shape, instances }) }];
  }
  const verdicts = judgeTasks({ shape, instances, now, isFreeOfPast: () => true }, instances.keys());
  const settled = verdicts.filter((verdict) => verdict.kind === "settle");
  // What starts is judged on settled ground: it waits for the next evaluation.
  if (settled.length > 0) return settled;
  const ready = verdicts.flatMap((verdict) => (verdict.kind === "ready" ? [verdict.taskId] : []));
  return startWhatIsReady(situation, ready);
}

function startWhatIsReady(situation: RunSituation, ready: readonly string[]): Decision[] {
  const { dag, instances, now, freeSlots, maxActiveTasksPerDag } = situation;
  const { ranks } = shapeOf(dag);
  const running = [...instances.values()].filter(({ state }) => state === "running").length;
  const slots = Math.max(0, Math.min(freeSlots, (dag.maxActiveTasks ?? maxActiveTasksPerDag) - running));
  const decisions = ready
    .toSorted((left, right) => ranks.get(left)! - ranks.get(right)!)
    .slice(0, slots)
    .map((taskId): Decision => ({ kind: "start", taskId, tryNumber: instances.get(taskId)!.tryNumber + 1 }));
  const retries = [...instances.values()].flatMap(({ nextTryAt }) => (nextTryAt === null ? [] : [nextTryAt]));
  if (decisions.length === 0 && running === 0 && retries.length === 0 && freeSlots > 0) {
    // Airflow's all_tasks_deadlocked: something is unfinished and nothing can ever start.
    return [{ kind: "finish", state: "failed" }];
  }
  const wakeAt = Math.min(...retries);
  return wakeAt > now && wakeAt !== Number.POSITIVE_INFINITY ? [...decisions, { kind: "wake", at: wakeAt }] : decisions;
}
