// Which schedulers are alive: what `jobs check` tells, and what decides where commands find DAGs. Source: Job.is_alive of Airflow 3.3, with
// its scheduler_health_check_threshold; beyond it, a process of this host that is gone is not alive, whatever its row says.

import { hostname } from "node:os";
import { type JobRow, readRunningJobs } from "../runtime/store/jobs.ts";
import type { Store } from "../runtime/store/open-store.ts";

const longestSilenceMs = 30_000;

export interface JobHealth {
  readonly job: JobRow;
  readonly isAlive: boolean;
  /** Why it is not alive, although nobody ended it. */
  readonly reason?: string;
}

export function judgeJob(job: JobRow, now: number): JobHealth {
  const silenceMs = now - Date.parse(job.latestHeartbeat);
  if (silenceMs >= longestSilenceMs) return dead(job, `its last heartbeat was ${Math.round(silenceMs / 1_000)} s ago`);
  if (job.hostname === hostname() && !isProcess(job.pid)) return dead(job, `its process ${job.pid} is gone`);
  return { job, isAlive: true };
}

export function hasLivingScheduler(store: Store): boolean {
  const now = Date.now();
  return readRunningJobs(store).some((job) => judgeJob(job, now).isAlive);
}

function dead(job: JobRow, reason: string): JobHealth {
  return { job, isAlive: false, reason };
}

/** On this host. */
export function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is somebody else's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
