// Keeps the scheduler turning: wakes it by the clock, by commands, by ends of tasks; holds it while the disk is full, and ends it in good order.
// Whatever fails in a turn is told, and tried again: a scheduler ends when somebody ends it, or when its store is damaged.

import { statSync } from "node:fs";
import { countNoun } from "../../runtime/count-noun.ts";
import { isKnownError, KnownError } from "../../runtime/errors.ts";
import type { Bell } from "../../runtime/scheduler/bell.ts";
import type { Scheduler } from "../../runtime/scheduler/scheduler.ts";
import { listenToBell } from "../../runtime/store/bell.ts";
import { readUsedBuilds } from "../../runtime/store/dag-runs.ts";
import { beatJob, endJob } from "../../runtime/store/jobs.ts";
import { type Store, storeIsDamaged } from "../../runtime/store/open-store.ts";
import type { Io } from "../command.ts";
import { longestTestRunMs, pruneBuilds } from "../prune-builds.ts";
import { buildsFolder } from "../state-folder.ts";
import type { Ballast } from "./ballast.ts";
import { startTicking } from "./clock-tick.ts";
import type { SchedulerLog } from "./scheduler-log.ts";
import { findFullDisk, isDamaged } from "./store-errors.ts";

const heartbeatTicks = 5;
const summaryTicks = 60;
const pruneTicks = 3_600;
/** After a turn that failed. */
const pauseMs = 1_000;

export interface Loop {
  readonly scheduler: Scheduler;
  readonly store: Store;
  /** Its row of the store. */
  readonly job: number;
  readonly bell: Bell;
  readonly log: SchedulerLog;
  readonly ballast: Ballast;
  readonly io: Io;
}

/** @throws KnownError when the store is damaged, or gone. */
export async function turnUntilStopped({ scheduler, store, job, bell, log, ballast, io }: Loop): Promise<void> {
  const now = () => new Date().toISOString();
  let wakeAt = 0;
  let version = dataVersion(store);
  let ticks = 0;
  let isHolding = false;
  const fileNumber = fileNumberOf(store);
  let isGone = false;
  const hold = (reason = "the disk is full") => {
    if (isHolding) return;
    log.say(`${reason}: nothing new starts until there is room`);
    isHolding = true;
    scheduler.hold(true);
  };
  const tick = () => {
    ticks++;
    if (!isGone && fileNumberOf(store) !== fileNumber) {
      isGone = true;
      log.say("the store's file is gone: tasks are ended, and the scheduler with them");
      scheduler.stop();
      bell.ring();
    }
    const seen = dataVersion(store);
    if (seen !== version || Date.now() >= wakeAt) bell.ring();
    version = seen;
    if (ballast.isTight()) hold();
    else if (isHolding && ballast.restore()) {
      isHolding = false;
      log.say("there is room on the disk again: tasks start");
      scheduler.hold(false);
    }
    if (ticks % heartbeatTicks === 0) beatJob(store, job, now());
    if (ticks % summaryTicks === 0) log.summary({ ...scheduler.count(), runningTasks: scheduler.runningProcesses });
    if (ticks % pruneTicks === 1) pruneUnused(store, io);
  };
  const onTick = guardTick(tick, { log, ring: bell.ring });
  const ends = [startTicking(onTick), listenToBell(store, bell.ring), onAbort({ io, scheduler, bell, log })];
  log.say(`the scheduler runs, process ${process.pid}`);
  try {
    for (;;) {
      try {
        // Before the store stumbles over it: a task that starts now would fail, as it cannot even write its log.
        if (ballast.isTight()) hold();
        wakeAt = scheduler.step();
      } catch (error) {
        wakeAt = Date.now() + pauseMs;
        if (isDamaged(error)) throw storeIsDamaged(store.name, (error as Error).message);
        const full = findFullDisk(error);
        if (full !== undefined) {
          ballast.drop();
          // The first time it is tried again at once, with the room that is made by that.
          hold(full);
        } else log.say(`a turn failed and is tried again: ${describe(error)}`);
      }
      if ((io.signal.aborted || isGone) && scheduler.runningProcesses === 0) break;
      await bell.wait(Math.max(0, wakeAt - Date.now()));
    }
    log.say("the scheduler has ended");
    if (isGone) throw storeIsGone(store.name);
  } finally {
    for (const end of ends) end();
    attempt(() => endJob(store, job, now()));
  }
}

function onAbort({ io, scheduler, bell: { ring }, log }: Omit<Loop, "store" | "job" | "ballast">): () => void {
  const { signal, killSignal } = io;
  const stop = () => {
    const ended = scheduler.runningProcesses === 0 ? "" : `, and ends ${countNoun(scheduler.runningProcesses, "task")}`;
    log.say(`the scheduler stops${ended}`);
    scheduler.stop();
    ring();
  };
  const kill = () => {
    scheduler.kill();
    ring();
  };
  if (signal.aborted) stop();
  if (killSignal.aborted) kill();
  signal.addEventListener("abort", stop);
  killSignal.addEventListener("abort", kill);
  return () => {
    signal.removeEventListener("abort", stop);
    killSignal.removeEventListener("abort", kill);
  };
}

/** Undefined when nobody finds it by its name any more. Only looked up, never opened: that would drop SQLite's locks. */
function fileNumberOf({ name }: Store): number | undefined {
  return statSync(name, { throwIfNoEntry: false })?.ino;
}

function storeIsGone(file: string): KnownError {
  const found = "it was removed, or replaced by another, while the scheduler ran";
  const remedy = "Start the scheduler again; to begin anew, end it before you remove .dagwright";
  return new KnownError({ what: "the store is gone", where: file, found, remedy, isRetryable: false });
}

/** Another number when another process has written. */
export function dataVersion(store: Store): number {
  return store.pragma("data_version", { simple: true }) as number;
}

/**
 * A tick that throws would end up on the screen by node-cron's own hand, past the log and what it blots out. The same trouble is told once, as
 * it may come back each second; a full disk is the next turn's to tell, which is rung for.
 */
export function guardTick(tick: () => void, { log, ring }: { log: Pick<SchedulerLog, "say">; ring: () => void }) {
  let told: string | undefined;
  return () => {
    try {
      tick();
    } catch (error) {
      ring();
      const text = describe(error);
      if (findFullDisk(error) !== undefined || text === told) return;
      told = text;
      log.say(`what is done each second failed and is tried again: ${text}`);
    }
  };
}

function describe(error: unknown): string {
  return isKnownError(error) ? error.message : ((error as Error).stack ?? String(error));
}

/** What is not worth a word when it fails. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Tried again with the next tick.
  }
}

function pruneUnused(store: Store, { projectRoot }: Io): void {
  const now = Date.now();
  const usedFolders = readUsedBuilds(store, new Date(now - longestTestRunMs).toISOString());
  pruneBuilds(buildsFolder(projectRoot), { usedFolders, now });
}
