// What is the same for a try whose process was started here and for one that was adopted: it is cancelled, it times out, and its end is read
// when nothing of it is left.

import { terminationGraceMs } from "../contract.ts";
import { effectiveArgs } from "../dag/model.ts";
import { type AttemptEnd, type AttemptRequest, failedAttempt, lostAttempt } from "./attempt.ts";
import { capLog, defaultLogCapBytes, keepLogCapped } from "./cap-log.ts";
import { startTimer } from "./long-timer.ts";
import { type ProcessExit, readEnd } from "./read-end.ts";
import { sweepAttempts, sweepSoon } from "./sweep-attempts.ts";

export interface RunningAttempt {
  /** Of the wrapper, which leads the process group; undefined when none could be started. */
  readonly pid: number | undefined;
  /**
   * Never rejects. Resolves when the main process is gone, and what it left running is killed then: its group at once, and what left the group
   * before this resolves when the try failed, else within seconds. Nothing outlives its try. Airflow's BashOperator goes on until background
   * jobs have closed stdout, too; the end of a file's writers cannot be waited for.
   */
  readonly ended: Promise<AttemptEnd>;
  /** SIGTERM to the process group, SIGKILL after the grace. */
  terminate(reason: string): void;
  /** SIGKILL to the process group. */
  kill(reason: string): void;
}

export interface SupervisedProcess {
  readonly pid: number | undefined;
  /** To its group. False, and nothing is sent, when it is gone: its number may be another's by now. */
  signal(signal: NodeJS.Signals): boolean;
  /** Never rejects. When it resolves, the group is gone. */
  readonly ended: Promise<ProcessEnd>;
}

export type ProcessEnd =
  | { readonly kind: "exited"; readonly exit: ProcessExit }
  | { readonly kind: "lost"; readonly how: string }
  | { readonly kind: "not started"; readonly error: string };

export const lostWrapper: ProcessEnd = {
  kind: "lost",
  how: "what watched over it was killed, or the machine was started anew",
};

/** @param ranMs for how long it has run already: an adopted one's timeout counts from its start. */
export function superviseProcess(attempt: AttemptRequest, watched: SupervisedProcess, ranMs = 0): RunningAttempt {
  let cancelledFor: string | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const kill = (reason: string) => {
    if (watched.signal("SIGKILL")) cancelledFor ??= reason;
  };
  const terminate = (reason: string) => {
    if (cancelledFor !== undefined || !watched.signal("SIGTERM")) return;
    cancelledFor = reason;
    killTimer = setTimeout(() => watched.signal("SIGKILL"), terminationGraceMs);
  };
  const { executionTimeout } = effectiveArgs(attempt.dag, attempt.task);
  const stopTimeout =
    executionTimeout === null
      ? () => {}
      : startTimer(Math.max(0, executionTimeout * 1000 - ranMs), () =>
          terminate(`timed out after ${executionTimeout} s`),
        );
  const capBytes = attempt.logCapBytes ?? defaultLogCapBytes;
  const stopCapping = keepLogCapped(attempt.logFile, capBytes);

  const ended = watched.ended.then(async (processEnd) => {
    stopTimeout();
    clearTimeout(killTimer);
    stopCapping();
    capLog(attempt.logFile, capBytes);
    const end =
      cancelledFor === undefined
        ? judge(attempt, processEnd)
        : failedAttempt(`the task was ended: ${cancelledFor}`, true);
    if (end.outcome !== "failed") sweepSoon(attempt.folder);
    else if (processEnd.kind !== "not started") await sweepAttempts((folder) => folder === attempt.folder);
    return end;
  });
  return { pid: watched.pid, ended, terminate, kill };
}

function judge(attempt: AttemptRequest, end: ProcessEnd): AttemptEnd {
  switch (end.kind) {
    case "exited":
      return readEnd(attempt, end.exit);
    case "lost":
      return lostAttempt(end.how);
    case "not started":
      return failedAttempt(`the task's process cannot be started: ${end.error}`, true);
    default:
      return end satisfies never;
  }
}
