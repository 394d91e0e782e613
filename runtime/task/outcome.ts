// What a handler's end means: the result, and the exit code that says the same.

import { exitCodes, type ResultError, type TaskResult } from "../contract.ts";
import type { JsonObject } from "../dag/json.ts";
import { isKnownError, outcomeOf, type Trouble } from "../errors.ts";
import { withProjectPaths } from "../source-paths.ts";
import type { LoadedTask } from "./load-task.ts";
import { toXCom } from "./to-xcom.ts";

export interface Outcome {
  readonly result: TaskResult;
  readonly exitCode: number;
}

/** @throws KnownError when Airflow would not carry the value. */
export function outcomeOfValue(task: LoadedTask, value: unknown, xcoms: JsonObject): Outcome {
  const returnValue = toXCom(value ?? null, "the returned value");
  const goesOn = task.kind === "short_circuit" ? Boolean(value) : true;
  const result: TaskResult = {
    outcome: "success",
    error: null,
    returnValue: goesOn ? returnValue : null,
    goesOn,
    xcoms,
  };
  return { result, exitCode: exitCodes.success };
}

/** Says on stderr what happened, for the task's log, and puts the same into the result. */
export function outcomeOfError(error: unknown, xcoms: JsonObject, buildFolder: string): Outcome {
  const intended = outcomeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (intended === "skip") {
    console.log(`skipped: ${message}`);
    return ended("skipped", exitCodes.skipped, { what: message }, xcoms);
  }
  if (isKnownError(error)) {
    console.error(`error: ${error.message}`);
    const { isRetryable = true } = error.trouble;
    return ended("failed", isRetryable ? exitCodes.failed : exitCodes.failedForGood, error.trouble, xcoms);
  }
  console.error(error instanceof Error ? withProjectPaths(error.stack ?? message, buildFolder) : error);
  return ended("failed", intended === "fail" ? exitCodes.failedForGood : exitCodes.failed, { what: message }, xcoms);
}

export function cancelledOutcome(reason: Error, xcoms: JsonObject): Outcome {
  return ended("failed", exitCodes.terminated, { what: reason.message }, xcoms);
}

/** For ends that no error stands for. */
export function failedOutcome(what: string, xcoms: JsonObject): Outcome {
  console.error(`error: ${what}`);
  return ended("failed", exitCodes.failed, { what }, xcoms);
}

function ended(outcome: "skipped" | "failed", exitCode: number, trouble: Trouble, xcoms: JsonObject): Outcome {
  const { what, where = null, found = null, remedy = null } = trouble;
  const error: ResultError = { what, where, found, remedy };
  return { result: { outcome, error, returnValue: null, goesOn: true, xcoms }, exitCode };
}
