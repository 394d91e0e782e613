// Starts a try's process and sees it end. Its output goes to a file, never to a pipe of ours: we may die while it goes on.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { terminationGraceMs } from "../contract.ts";
import { isNodeTask } from "../dag/model.ts";
import { isKnownError, KnownError } from "../errors.ts";
import { taskMainFile } from "../manifest.ts";
import { type AttemptRequest, failedAttempt } from "./attempt.ts";
import { readClaim } from "./claim.ts";
import { findProgram } from "./find-program.ts";
import { killGroup } from "./kill-group.ts";
import type { ProcessExit } from "./read-end.ts";
import {
  lostWrapper,
  type ProcessEnd,
  type RunningAttempt,
  type SupervisedProcess,
  superviseProcess,
} from "./supervise-process.ts";
import { attemptVariable } from "./sweep-attempts.ts";
import { contextEnvironment, nodeEnvironment } from "./task-environment.ts";
import { readExitCode, wrap } from "./wrapper.ts";

export type { RunningAttempt } from "./supervise-process.ts";

export interface StartOptions {
  /** The task goes on when this process is gone, and is found again by `adoptAttempt`. Else it ends with this process, SIGKILL included. */
  readonly outlives?: boolean;
}

/** @throws KnownError when there is no place for its log. Every other failure is told by `ended`. */
export function startAttempt(attempt: AttemptRequest, { outlives = false }: StartOptions = {}): RunningAttempt {
  const log = openLog(attempt.logFile);
  try {
    return superviseProcess(attempt, watchChild(attempt, spawnProcess(attempt, log, outlives), outlives));
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

function spawnProcess(attempt: AttemptRequest, log: number, outlives: boolean): ChildProcess {
  const { task } = attempt;
  const isNode = isNodeTask(task);
  const command = isNode ? [process.execPath, join(attempt.buildFolder, taskMainFile)] : bashCommand(attempt);
  const { file, args } = wrap({ folder: attempt.folder, graceMs: terminationGraceMs, outlives }, command);
  const options: SpawnOptions = {
    // BashOperator runs in a fresh folder, too.
    cwd: attempt.folder,
    env: {
      ...(isNode ? nodeEnvironment(attempt, task) : contextEnvironment(attempt)),
      [attemptVariable]: attempt.folder,
    },
    // The last one is the wrapper's lifeline.
    stdio: outlives ? ["ignore", log, log] : ["ignore", log, log, "pipe"],
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

function watchChild(attempt: AttemptRequest, child: ChildProcess, outlives: boolean): SupervisedProcess {
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
    killGroup(child.pid, name);
    return true;
  };
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once("error", (error) => resolve({ kind: "not started", error: describeSpawnError(attempt, error) }));
    child.once("exit", (code, signalName) => {
      const exit = { code: code ?? -1, signal: signalName };
      // At once: background jobs, and the task itself when only its wrapper was killed, must not go on beside the next try.
      killGroup(child.pid!);
      resolve(outlives ? readOutlivingEnd(attempt.folder, child.pid!, exit) : { kind: "exited", exit });
    });
  });
  return { pid: child.pid, signal, ended };
}

function readOutlivingEnd(folder: string, pid: number, exit: ProcessExit): ProcessEnd {
  const claim = readClaim(folder);
  const hasBegun = typeof claim === "object" && claim.pid === pid;
  const code = hasBegun ? readExitCode(folder) : undefined;
  if (code !== undefined) return { kind: "exited", exit: { code, signal: null } };
  // It may have been killed before it came to its claim.
  if (exit.signal !== null && claim !== "adopter") return lostWrapper;
  // A full disk took the file: the wrapper says it with its own end, too.
  if (hasBegun) return { kind: "exited", exit };
  return { kind: "not started", error: "another scheduler took it over, or its folder cannot be written" };
}

/** Of all that may be missing the operating system names only the program. */
function describeSpawnError({ folder }: AttemptRequest, error: Error): string {
  return existsSync(folder) ? error.message : `its folder ${folder} is gone`;
}
