// How long a failed task waits. Exponential waits grow from try to try, spread by a hash so that tasks that failed together do not all
// come back together. Source: airflow/models/taskinstance.py (next_retry_datetime) of Airflow 3.0.6 and 3.3.2, which agree.

import { createHash } from "node:crypto";
import { type DagModel, effectiveArgs, type TaskModel } from "../dag/model.ts";

/** Airflow's `[core] max_task_retry_delay`. */
const longestBackoffSeconds = 24 * 60 * 60;

/** A try that has ended. */
export interface EndedTry {
  /** From 1. */
  readonly tryNumber: number;
  /** Of its run. */
  readonly logicalDate: string | null;
}

/** Seconds from the end of that try to the next. */
export function retryDelaySeconds(dag: DagModel, task: TaskModel, { tryNumber, logicalDate }: EndedTry): number {
  const { retryDelay, retryExponentialBackoff, maxRetryDelay } = effectiveArgs(dag, task);
  if (!retryExponentialBackoff) return retryDelay;
  // Python's timedelta holds microseconds.
  const least = Math.ceil((Math.round(retryDelay * 1e6) / 1e6) * 2 ** (tryNumber - 1));
  const base = BigInt(Math.max(1, Number.isFinite(least) ? least : longestBackoffSeconds));
  const date = logicalDate === null ? "None" : logicalDate.replace("T", " ");
  const hash = createHash("sha1").update(`${dag.id}#${task.id}#${date}#${tryNumber}`).digest("hex");
  const spread = base + (BigInt(`0x${hash}`) % base);
  const delay = spread < longestBackoffSeconds ? Number(spread) : longestBackoffSeconds;
  return maxRetryDelay ? Math.min(maxRetryDelay, delay) : delay;
}
