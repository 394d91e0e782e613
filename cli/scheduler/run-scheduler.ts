// What `dagwright scheduler` does: holds the store's lock, keeps the loop turning, and ends in good order. Whatever fails in a turn is told, and
// tried again: a scheduler ends when somebody ends it.

import { hostname } from "node:os";
import { loadInheritedEnvironment } from "../../runtime/connections/environment.ts";
import { isKnownError } from "../../runtime/errors.ts";
import { finishSweeps } from "../../runtime/executor/sweep-attempts.ts";
import { type Bell, createBell } from "../../runtime/scheduler/bell.ts";
import { createScheduler, type Scheduler } from "../../runtime/scheduler/scheduler.ts";
import { listenToBell } from "../../runtime/store/bell.ts";
import { readUsedBuilds } from "../../runtime/store/dag-runs.ts";
import { beatJob, endJob, readJobs, startJob } from "../../runtime/store/jobs.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { schedulerRuns, takeSchedulerLock } from "../../runtime/store/scheduler-lock.ts";
import type { Io } from "../command.ts";
import { openFixedBuild } from "../live-build/fixed-build.ts";
import type { LiveBuild, LiveBuilds } from "../live-build/live-builds.ts";
import { startLiveBuilds } from "../live-build/start-live-builds.ts";
import { loadProjectEnvironment } from "../project-environment.ts";
import { readProjectSettings } from "../project-settings.ts";
import { pruneBuilds } from "../prune-builds.ts";
import { createProjectRedactor } from "../redact-project.ts";
import { buildsFolder, storeFile } from "../state-folder.ts";
import { type Ballast, createBallast } from "./ballast.ts";
import { startTicking } from "./clock-tick.ts";
import { createManifestReader } from "./read-manifests.ts";
import { createSchedulerLog, type SchedulerLog } from "./scheduler-log.ts";
import { createSpawner } from "./spawn-tasks.ts";
import { createTaskSurroundings } from "./task-surroundings.ts";

export interface SchedulerArgs {
  readonly build?: string;
  readonly logFormat: "text" | "json";
}

const heartbeatTicks = 5;
const summaryTicks = 60;
const pruneTicks = 3_600;
/** After a turn that failed. */
const pauseMs = 1_000;

export async function runScheduler(args: SchedulerArgs, io: Io): Promise<number> {
  const settings = readProjectSettings(io);
  const file = storeFile(io.projectRoot);
  const store = openStore(file);
  const lock = takeSchedulerLock(file);
  if (lock === undefined) {
    const [job] = readJobs(store, 1);
    store.close();
    throw schedulerRuns(file, job);
  }
  const builds = args.build === undefined ? startLiveBuilds(io) : openFixedBuild(io, args.build);
  const redact = createProjectRedactor(io);
  const log = createSchedulerLog({ format: args.logFormat, write: io.stdout, clock: Date.now, redact });
  const bell = createBell();
  try {
    const readManifest = createManifestReader();
    const scheduler = await createScheduler({
      store,
      clock: Date.now,
      spawner: createSpawner(
        createTaskSurroundings(io.projectRoot, {
          environment: () => loadProjectEnvironment(io, store),
          inheritedEnvironment: () => loadInheritedEnvironment(io.projectRoot, io.environment),
          version: () => dataVersion(store),
        }),
      ),
      settings,
      readManifest,
      report: log.event,
      ring: bell.ring,
    });
    const takeBuild = ({ buildFolder, broken }: LiveBuild) => {
      for (const { file, text } of broken) log.say(`${file} is broken, and goes on as it was last:\n${text}`);
      scheduler.takeBuild({ buildFolder, manifest: readManifest(buildFolder), broken });
    };
    followBuilds(builds, takeBuild, log);
    await loop({ scheduler, store, bell, log, ballast: createBallast(file), io });
    return 0;
  } finally {
    await builds.stop();
    await finishSweeps();
    store.close();
    lock.release();
  }
}

/** The first one is not waited for: what an earlier scheduler left goes on at once. */
function followBuilds(builds: LiveBuilds, takeBuild: (build: LiveBuild) => void, log: SchedulerLog): void {
  builds.first().then(takeBuild, () => {});
  builds.onChange(takeBuild);
  builds.onFailure(({ what, where, found, remedy }) => {
    const place = where === undefined ? "" : ` (${where})`;
    log.say(`nothing new is live: ${what}${place}${found === undefined ? "" : `: ${found}`}. ${remedy ?? ""}`);
  });
}

interface Loop {
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly bell: Bell;
  readonly log: SchedulerLog;
  readonly ballast: Ballast;
  readonly io: Io;
}

async function loop({ scheduler, store, bell, log, ballast, io }: Loop): Promise<void> {
  const now = () => new Date().toISOString();
  const job = startJob(store, { pid: process.pid, hostname: hostname(), version: io.version, startDate: now() });
  let wakeAt = 0;
  let version = dataVersion(store);
  let ticks = 0;
  let isHolding = false;
  const onTick = () => {
    ticks++;
    const seen = dataVersion(store);
    if (seen !== version || Date.now() >= wakeAt) bell.ring();
    version = seen;
    if (isHolding && ballast.restore()) {
      isHolding = false;
      log.say("there is room on the disk again: tasks start");
      scheduler.hold(false);
    }
    attempt(() => {
      if (ticks % heartbeatTicks === 0) beatJob(store, job, now());
      if (ticks % pruneTicks === 1) pruneUnused(store, io);
    });
    if (ticks % summaryTicks === 0) log.summary({ ...scheduler.count(), runningTasks: scheduler.runningProcesses });
  };
  const ends = [startTicking(onTick), listenToBell(store, bell.ring), onAbort(io, scheduler, bell)];
  log.say(`the scheduler runs, process ${process.pid}`);
  try {
    for (;;) {
      try {
        wakeAt = scheduler.step();
      } catch (error) {
        wakeAt = Date.now() + pauseMs;
        if (isFull(error)) {
          if (!isHolding) log.say("the disk is full: nothing new starts until there is room");
          isHolding = true;
          ballast.drop();
          scheduler.hold(true);
        } else
          log.say(`a turn failed and is tried again: ${isKnownError(error) ? error.message : (error as Error).stack}`);
      }
      if (io.signal.aborted && scheduler.runningProcesses === 0) break;
      await bell.wait(Math.max(0, wakeAt - Date.now()));
    }
    log.say("the scheduler has ended");
  } finally {
    for (const end of ends) end();
    attempt(() => endJob(store, job, now()));
  }
}

function onAbort({ signal, killSignal }: Io, scheduler: Scheduler, { ring }: Bell): () => void {
  const stop = () => {
    scheduler.stop();
    ring();
  };
  const kill = () => {
    scheduler.kill();
    ring();
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  killSignal.addEventListener("abort", kill);
  return () => {
    signal.removeEventListener("abort", stop);
    killSignal.removeEventListener("abort", kill);
  };
}

/** Another number when another process has written. */
function dataVersion(store: Store): number {
  return store.pragma("data_version", { simple: true }) as number;
}

function isFull(error: unknown): boolean {
  return /^(SQLITE_FULL|SQLITE_IOERR|ENOSPC|EDQUOT)/.test((error as { code?: string }).code ?? "");
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
  const longestTestMs = 7 * 24 * 3_600_000;
  const usedFolders = readUsedBuilds(store, new Date(now - longestTestMs).toISOString());
  pruneBuilds(buildsFolder(projectRoot), { usedFolders, now });
}
