// What a try's end means for its task, and a short circuit's for what is downstream. Pure.

import { descendantsOf } from "../dag/graph.ts";
import { type DagModel, effectiveArgs, type TaskModel } from "../dag/model.ts";
import type { TaskState } from "../dag/states.ts";
import { type EndedTry, retryDelaySeconds } from "./retry-delay.ts";
import { shapeOf } from "./run-shape.ts";

/** How a try ended, as its executor tells it. */
export interface AttemptOutcome {
  readonly outcome: "success" | "skipped" | "failed";
  readonly isRetryable: boolean;
}

export interface PlannedEnd {
  readonly state: TaskState;
  /** Milliseconds since 1970, when the task is tried again. */
  readonly nextTryAt: number | null;
}

/** `now`: when the try ended. Airflow counts the delay from there. */
export function planEnd(
  dag: DagModel,
  task: TaskModel,
  attempt: EndedTry & { readonly outcome: AttemptOutcome; readonly maxTries?: number },
  now: number,
): PlannedEnd {
  const { outcome, isRetryable } = attempt.outcome;
  if (outcome !== "failed") return { state: outcome, nextTryAt: null };
  // More than the retries, once the task was cleared.
  const maxTries = attempt.maxTries ?? effectiveArgs(dag, task).retries;
  if (!isRetryable || attempt.tryNumber > maxTries) return { state: "failed", nextTryAt: null };
  return { state: "up_for_retry", nextTryAt: now + retryDelaySeconds(dag, task, attempt) * 1000 };
}

/** Everything downstream of a short circuit that said no, but for teardowns. Source: SkipMixin.skip, ShortCircuitOperator. */
export function skippedByShortCircuit(dag: DagModel, taskId: string): string[] {
  const { graph } = shapeOf(dag);
  return descendantsOf(graph, taskId).filter((id) => graph.tasks.get(id)!.role !== "teardown");
}
