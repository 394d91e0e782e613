// Takes over a try that a scheduler, which is gone, wrote down as running and perhaps started. Whatever the instant at which that one died,
// it is found out which: never begun, still running, ended, or lost. Presupposes that the other scheduler is gone.

import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { AttemptRequest } from "./attempt.ts";
import { claimAttempt, readClaim } from "./claim.ts";
import { findWrapper } from "./find-wrapper.ts";
import { lostWrapper, type RunningAttempt, type SupervisedProcess, superviseProcess } from "./supervise-process.ts";
import { watchWrapper } from "./watch-wrapper.ts";

/** Between making the file and writing its number a wrapper does nothing else: it is stopped, or dead, when it takes longer. */
const claimLimitMs = 500;
const claimLookMs = 5;

/**
 * @param startedAtMs when the other scheduler wrote it down as running.
 * @returns `not_started`: it never began, and what may still be on its way will not. The same try may be started in a new folder.
 * @throws Error when its folder cannot be written.
 */
export async function adoptAttempt(
  attempt: AttemptRequest,
  startedAtMs: number,
): Promise<RunningAttempt | "not_started"> {
  const found = await findProcess(attempt);
  if (found === "not_started") {
    removeEmpty(attempt.logFile);
    return found;
  }
  return superviseProcess(attempt, found, Math.max(0, Date.now() - startedAtMs));
}

async function findProcess({ folder, logFile }: AttemptRequest): Promise<SupervisedProcess | "not_started"> {
  if (!existsSync(folder)) {
    // The log is opened when the folder is there. With a log, and no folder, it was removed later: nobody knows what the task did meanwhile.
    const pid = findWrapper(folder);
    if (pid !== undefined) return watchWrapper(folder, pid);
    if (existsSync(logFile)) return lostProcess;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  if (claimAttempt(folder)) return "not_started";
  const claim = await readFinishedClaim(folder);
  if (typeof claim === "object") return watchWrapper(folder, claim.pid);
  // An earlier adopter's, which was killed before it could write down what it found; or a wrapper's that came no further: the task begins later.
  const pid = claim === "adopter" ? undefined : findWrapper(folder);
  return pid === undefined ? "not_started" : watchWrapper(folder, pid);
}

/** The same try has the same log when it is started again: were it left, and the next scheduler killed too, it would say that the try had begun. */
function removeEmpty(logFile: string): void {
  if (statSync(logFile, { throwIfNoEntry: false })?.size === 0) rmSync(logFile, { force: true });
}

async function readFinishedClaim(folder: string): Promise<ReturnType<typeof readClaim>> {
  const limit = performance.now() + claimLimitMs;
  for (;;) {
    const claim = readClaim(folder);
    if (claim !== "unfinished" || performance.now() > limit) return claim;
    await wait(claimLookMs);
  }
}

const lostProcess: SupervisedProcess = { pid: undefined, signal: () => false, ended: Promise.resolve(lostWrapper) };
