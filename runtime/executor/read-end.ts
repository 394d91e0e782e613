// What a process's end means, by the rules of its kind: a Node task by the contract, a bash task as BashOperator does.

import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { exitCodes, type TaskResult } from "../contract.ts";
import { isNodeTask } from "../dag/model.ts";
import { formatTrouble, KnownError } from "../errors.ts";
import { type AttemptEnd, type AttemptRequest, failedAttempt } from "./attempt.ts";
import { lastLineOf } from "./last-line.ts";
import { resultFile } from "./task-environment.ts";

export interface ProcessExit {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

/** Never throws: what a task left behind unreadable is a failure of that task. */
export function readEnd(attempt: AttemptRequest, exit: ProcessExit): AttemptEnd {
  try {
    return isNodeTask(attempt.task) ? readNodeEnd(attempt, exit) : readBashEnd(attempt, exit);
  } catch (error) {
    return failedAttempt((error as Error).message, true);
  }
}

function readNodeEnd(attempt: AttemptRequest, exit: ProcessExit): AttemptEnd {
  const path = resultFile(attempt.folder);
  if (!existsSync(path)) {
    return failedAttempt(`the task process ended without a result (${describeExit(exit)})`, true);
  }
  const result = readResult(path);
  const { returnValue, xcoms, goesOn } = result;
  const error = result.error && messageOf(result.error);
  switch (exit.code) {
    case exitCodes.success:
      return { outcome: "success", isRetryable: false, isLost: false, error: null, returnValue, xcoms, goesOn };
    case exitCodes.skipped:
      return { outcome: "skipped", isRetryable: false, isLost: false, error, returnValue: null, xcoms, goesOn: true };
    default:
      return { ...failedAttempt(error ?? describeExit(exit), exit.code !== exitCodes.failedForGood), xcoms };
  }
}

/** 99 skips (`skip_on_exit_code`), every other code but 0 fails; the XCom is the last line of the merged output, empty or not. */
function readBashEnd(attempt: AttemptRequest, exit: ProcessExit): AttemptEnd {
  if (exit.code === exitCodes.skipped) {
    return { ...failedAttempt("exit code 99", false), outcome: "skipped" };
  }
  if (exit.code !== 0) return failedAttempt(`the command ended with ${describeExit(exit)}`, true);
  const returnValue = readLastLine(attempt.logFile);
  return { outcome: "success", isRetryable: false, isLost: false, error: null, returnValue, xcoms: {}, goesOn: true };
}

/** @throws KnownError when it is not the whole of a result. */
function readResult(path: string): TaskResult {
  const text = readFileSync(path, "utf8");
  try {
    const result = JSON.parse(text) as TaskResult | null;
    if (result?.xcoms && "returnValue" in result && "goesOn" in result) return result;
  } catch {
    // The parser's message would quote the text, which may hold secrets.
  }
  const remedy = "Let nothing but the task process write this file";
  const trouble = { where: path, found: `${text.length} characters that are no result`, remedy };
  throw new KnownError({ what: "the task's result cannot be read", ...trouble });
}

/** @throws KnownError when the command removed its own log. */
function readLastLine(logFile: string): string {
  try {
    return lastLineOf(logFile);
  } catch (error) {
    const remedy = "Leave the log where it is: its last line is the task's XCom";
    const trouble = { where: logFile, found: (error as Error).message, remedy };
    throw new KnownError({ what: "the task's log cannot be read", ...trouble }, { cause: error });
  }
}

/** The wrapper's shell counts a signal as 128 + N. */
function describeExit({ code, signal }: ProcessExit): string {
  const name = signal ?? Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  if (name === "SIGKILL") return "SIGKILL: by hand, or because the machine ran out of memory";
  return name ?? `exit code ${code}`;
}

function messageOf(error: NonNullable<TaskResult["error"]>): string {
  const { what, where, found, remedy } = error;
  return formatTrouble({
    what,
    ...(where === null ? {} : { where }),
    ...(found === null ? {} : { found }),
    ...(remedy === null ? {} : { remedy }),
  });
}
