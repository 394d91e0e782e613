// When a scheduler is killed: at a chance moment of its start or of its work, just as its store is written, or, where strace may be used, at one
// call of the system exactly.

import { existsSync, watch } from "node:fs";
import { storeFile } from "../../cli/state-folder.ts";
import type { Random } from "./random.ts";
import { canRecord } from "./recorded-writes.ts";
import { type RunningScheduler, runs } from "./scheduler-process.ts";

export interface KillMoment {
  /** What the scheduler is started under. */
  readonly under: readonly string[];
  /** What it dies of by itself, if it comes to it. */
  readonly call: KilledCall | undefined;
  /** Resolves when it is to be killed, or is dead. */
  reached(scheduler: RunningScheduler): Promise<void>;
}

/** In the middle of a transaction, before it is on the disk for good, and between a commit and the processes that it speaks of. */
export type KilledCall = "a write" | "a sync" | "a fork";

const calls: Readonly<Record<KilledCall, { readonly names: string; readonly first: number; readonly last: number }>> = {
  "a write": { names: "pwrite64", first: 1, last: 30 },
  "a sync": { names: "fsync,fdatasync", first: 1, last: 5 },
  // The first ones are Node's own threads.
  "a fork": { names: "fork,vfork,clone,clone3", first: 9, last: 14 },
};
export const killedCalls = Object.keys(calls) as KilledCall[];

/** One of ten is at each of the calls, so that none is left out by chance. */
export function pickMoment(root: string, random: Random, number: number): KillMoment {
  const call = canRecord ? killedCalls[number % 10] : undefined;
  if (call !== undefined) return atCall(call, random);
  const kind = random.pick(["started", "runs", "writes"] as const);
  const afterMs = 50 + random.integer(450);
  switch (kind) {
    case "started":
      return { under: [], call: undefined, reached: () => wait(afterMs) };
    case "runs":
      return { under: [], call: undefined, reached: (scheduler) => afterItRuns(scheduler, afterMs) };
    case "writes":
      return {
        under: [],
        call: undefined,
        reached: (scheduler) => asItWrites(scheduler, root, 1 + random.integer(12)),
      };
    default:
      return kind satisfies never;
  }
}

function atCall(call: KilledCall, random: Random): KillMoment {
  const { names, first, last } = calls[call];
  const inject = `inject=${names}:signal=SIGKILL:when=${first + random.integer(last - first + 1)}`;
  const under = ["strace", "-D", "-o", "/dev/null", "-e", `trace=${names}`, "-e", inject];
  return { under, call, reached: (scheduler) => afterItRuns(scheduler, 500) };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function afterItRuns(scheduler: RunningScheduler, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.onLine((line) => runs(line) && wait(ms).then(resolve));
    scheduler.ended.then(() => resolve());
  });
}

/** A commit is made then, and what it says is not yet done. */
function asItWrites(scheduler: RunningScheduler, root: string, times: number): Promise<void> {
  const log = `${storeFile(root)}-wal`;
  const limit = afterItRuns(scheduler, 500);
  if (!existsSync(log)) return limit;
  let left = times;
  return new Promise((resolve) => {
    const watcher = watch(log, () => {
      left--;
      if (left === 0) done();
    });
    const done = () => {
      watcher.close();
      resolve();
    };
    limit.then(done);
  });
}
