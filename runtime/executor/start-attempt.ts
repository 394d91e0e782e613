// Starts a try's process and sees it end. Its output goes to a file, never to a pipe of ours: we may die while it goes on.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { terminationGraceMs } from "../contract.ts";
import { effectiveArgs, isNodeTask } from "../dag/model.ts";
import { isKnownError, KnownError } from "../errors.ts";
import { taskMainFile } from "../manifest.ts";
import { type AttemptEnd, type AttemptRequest, failedAttempt } from "./attempt.ts";
import { findProgram } from "./find-program.ts";
import { startTimer } from "./long-timer.ts";
import { readEnd } from "./read-end.ts";
import { contextEnvironment, nodeEnvironment } from "./task-environment.ts";
import { wrap } from "./wrapper.ts";

export interface RunningAttempt {
  /** Of the wrapper, which leads the process group; undefined when none could be started. */
  readonly pid: number | undefined;
  /**
   * Never rejects. Resolves when the main process is gone, and what it left running in its group is killed then: nothing outlives its try. Airflow's
   * BashOperator goes on until background jobs have closed stdout, too; the end of a file's writers cannot be waited for.
   */
  readonly ended: Promise<AttemptEnd>;
  /** SIGTERM to the process group, SIGKILL after the grace. */
  terminate(reason: string): void;
  /** SIGKILL to the process group. */
  kill(reason: string): void;
}

/** @throws KnownError when there is no place for its log. Every other failure is told by `ended`. */
export function startAttempt(attempt: AttemptRequest): RunningAttempt {
  const log = openLog(attempt.logFile);
  try {
    return superviseProcess(attempt, spawnProcess(attempt, log));
  } catch (error) {
    if (!isKnownError(error)) throw error;
    writeSync(log, `error: ${error.message}\n`);
    return {
      pid: undefined,
      ended: Promise.resolve(failedAttempt(error.message, error.trouble.isRetryable ?? true)),
      terminate: () => {},
      kill: () => {},
    };
  } finally {
    closeSync(log);
  }
}

function openLog(logFile: string): number {
  try {
    mkdirSync(dirname(logFile), { recursive: true });
    return openSync(logFile, "a", 0o600);
  } catch (error) {
    const found = (error as Error).message;
    const trouble = { where: logFile, found, remedy: "See that the folder can be written and its disk has room" };
    throw new KnownError({ what: "the task's log cannot be written", ...trouble }, { cause: error });
  }
}

function spawnProcess(attempt: AttemptRequest, log: number): ChildProcess {
  const { task } = attempt;
  const isNode = isNodeTask(task);
  const command = isNode ? [process.execPath, join(attempt.buildFolder, taskMainFile)] : bashCommand(attempt);
  const { file, args } = wrap(attempt.folder, terminationGraceMs, command);
  const options: SpawnOptions = {
    // BashOperator runs in a fresh folder, too.
    cwd: attempt.folder,
    env: isNode ? nodeEnvironment(attempt, task) : contextEnvironment(attempt),
    // The last one is the wrapper's lifeline.
    stdio: ["ignore", log, log, "pipe"],
    // A process group of its own: cancelling reaches grandchildren, Ctrl-C in the terminal does not.
    detached: true,
  };
  try {
    return spawn(file, args, options);
  } catch (error) {
    throw cannotStart(attempt, error as Error);
  }
}

function bashCommand({ dag, task, inheritedEnvironment: environment }: AttemptRequest): string[] {
  if (task.kind !== "bash") throw new Error(`a ${task.kind} task has no process`);
  const bash = findProgram("bash", environment["PATH"]);
  if (bash !== undefined) return [bash, "-c", task.command];
  throw new KnownError({
    what: "bash was not found",
    where: `DAG ${dag.id}, task ${task.id}`,
    found: `PATH ${environment["PATH"] ?? "not set"}`,
    remedy: "Install bash, or correct the PATH",
    isRetryable: false,
  });
}

/** Linux takes 128 KiB for one argument and about 2 MiB for all of them with the environment. */
function cannotStart({ dag, task }: AttemptRequest, error: Error): KnownError {
  const isTooLong = (error as NodeJS.ErrnoException).code === "E2BIG";
  const remedy = isTooLong ? "Shorten the bash command, or move it into a file" : "Try the task again";
  const trouble = { where: `DAG ${dag.id}, task ${task.id}`, found: error.message, remedy, isRetryable: !isTooLong };
  return new KnownError({ what: "the task's process cannot be started", ...trouble }, { cause: error });
}

function superviseProcess(attempt: AttemptRequest, child: ChildProcess): RunningAttempt {
  let cancelledFor: string | undefined;
  let killTimer: NodeJS.Timeout | undefined;
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // The group is gone already.
    }
  };
  // The number of a group that is gone may be another's by now.
  const isGone = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const kill = (reason: string) => {
    if (isGone()) return;
    cancelledFor ??= reason;
    signalGroup("SIGKILL");
  };
  const terminate = (reason: string) => {
    if (cancelledFor !== undefined || isGone()) return;
    cancelledFor = reason;
    signalGroup("SIGTERM");
    killTimer = setTimeout(() => signalGroup("SIGKILL"), terminationGraceMs);
  };
  const { executionTimeout } = effectiveArgs(attempt.dag, attempt.task);
  const stopTimeout =
    executionTimeout === null
      ? () => {}
      : startTimer(executionTimeout * 1000, () => terminate(`timed out after ${executionTimeout} s`));

  const ended = new Promise<AttemptEnd>((resolve) => {
    const settle = (end: AttemptEnd) => {
      stopTimeout();
      clearTimeout(killTimer);
      resolve(end);
    };
    child.once("error", (error) =>
      settle(failedAttempt(`the task's process cannot be started: ${error.message}`, true)),
    );
    child.once("exit", (code, signal) => {
      // However it ended: background jobs, and the task itself when only its wrapper was killed, must not go on beside the next try.
      signalGroup("SIGKILL");
      if (cancelledFor !== undefined) return settle(failedAttempt(`the task was ended: ${cancelledFor}`, true));
      settle(readEnd(attempt, { code: code ?? -1, signal }));
    });
  });
  return { pid: child.pid, ended, terminate, kill };
}
