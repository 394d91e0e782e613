// A scheduler that runs while it is measured, ours or Airflow's: both are asked for a run, and tell what it took.

import type { Usage } from "./benchmark.ts";
import type { SessionsUsage } from "./process-usage.ts";

export interface RunningScheduler {
  /** Starts a run, and resolves when it has succeeded. @throws Error when it has not. */
  run(dagId: string): Promise<FinishedRun>;
  /** Of all its processes, so far. */
  usage(): SessionsUsage;
  stop(): Promise<void>;
}

/** Moments are in milliseconds since 1970. */
export interface FinishedRun {
  readonly queuedAt: number;
  readonly endedAt: number;
  readonly tasks: ReadonlyMap<string, FinishedTask>;
}

export interface FinishedTask {
  readonly endedAt: number;
  readonly returnValue: unknown;
}

/**
 * From the trigger to the run's end. For each task that returns when it began, in seconds since 1970: the time since the one before it in the
 * chain had ended, as the scheduler wrote it down.
 */
export async function measureRun(scheduler: RunningScheduler, dagId: string): Promise<Usage> {
  const before = scheduler.usage();
  const { queuedAt, endedAt, tasks } = await scheduler.run(dagId);
  const after = scheduler.usage();
  const eachMs = [...tasks.keys()].flatMap((id) => {
    const number = Number(/^task_(\d+)$/.exec(id)?.[1]);
    const upstream = tasks.get(`task_${number - 1}`);
    const began = Number(tasks.get(id)!.returnValue) * 1_000;
    return upstream === undefined || !(began > 0) ? [] : [began - upstream.endedAt];
  });
  const usage = { wallMs: endedAt - queuedAt, cpuMs: after.cpuMs - before.cpuMs, peakMb: after.memoryMb };
  return eachMs.length > 0 ? { ...usage, eachMs } : usage;
}

/** What it takes while nothing happens. */
export async function measureRest(scheduler: RunningScheduler, restMs: number): Promise<Usage> {
  const before = scheduler.usage();
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const after = scheduler.usage();
  return { wallMs: restMs, cpuMs: after.threadsCpuMs - before.threadsCpuMs, peakMb: after.memoryMb };
}
