// One scheduler for one store. The lock is SQLite's on a file beside it: it ends with its process, whatever ends that, and not before, even
// while the process is stopped.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { KnownError } from "../errors.ts";
import type { JobRow } from "./jobs.ts";
import { explainOpenError } from "./open-store.ts";
import { loadSqlite } from "./sqlite.ts";

export interface SchedulerLock {
  release(): void;
}

/** Undefined while another process has it. @throws KnownError when the folder of the store cannot be written. */
export function takeSchedulerLock(storeFile: string): SchedulerLock | undefined {
  try {
    return take(storeFile);
  } catch (error) {
    throw explainOpenError(error as Error, storeFile);
  }
}

function take(storeFile: string): SchedulerLock | undefined {
  mkdirSync(dirname(storeFile), { recursive: true });
  const lock = new (loadSqlite())(`${storeFile}.scheduler`, { timeout: 0 });
  try {
    lock.pragma("locking_mode = EXCLUSIVE");
    lock.exec("BEGIN EXCLUSIVE");
    return { release: () => void lock.close() };
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY")) return undefined;
    throw error;
  }
}

/** @param job what the other scheduler wrote down about itself; undefined when it has not come to it yet. */
export function schedulerRuns(storeFile: string, job: JobRow | undefined): KnownError {
  const found =
    job === undefined ? "another scheduler" : `process ${job.pid} on ${job.hostname}, since ${job.startDate}`;
  return new KnownError({
    what: "a scheduler runs on this store already",
    where: storeFile,
    found,
    remedy: "End that one first, or use it: commands like `dagwright dags trigger` reach it",
    isRetryable: false,
  });
}
