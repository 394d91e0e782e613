// What `dagwright scheduler` does: takes the store's lock, goes on with what the scheduler before left, follows the builds, and leaves nothing open.

import { hostname } from "node:os";
import { loadInheritedEnvironment } from "../../runtime/connections/environment.ts";
import { finishSweeps } from "../../runtime/executor/sweep-attempts.ts";
import { createBell } from "../../runtime/scheduler/bell.ts";
import { createScheduler } from "../../runtime/scheduler/scheduler.ts";
import type { Settings } from "../../runtime/settings.ts";
import { checkStore, inspectRunningJobs } from "../../runtime/store/inspect-store.ts";
import { type JobRow, startJob } from "../../runtime/store/jobs.ts";
import { openStore, type Store, storeIsDamaged } from "../../runtime/store/open-store.ts";
import { schedulerRuns, takeSchedulerLock } from "../../runtime/store/scheduler-lock.ts";
import type { Io } from "../command.ts";
import { openFixedBuild } from "../live-build/fixed-build.ts";
import type { LiveBuild, LiveBuilds } from "../live-build/live-builds.ts";
import { startLiveBuilds } from "../live-build/start-live-builds.ts";
import { loadProjectEnvironment } from "../project-environment.ts";
import { readProjectSettings } from "../project-settings.ts";
import { storeFile } from "../state-folder.ts";
import { type Ballast, createBallast } from "./ballast.ts";
import { createFollowingRedactor } from "./follow-secrets.ts";
import { createManifestReader } from "./read-manifests.ts";
import { createSchedulerLog, type SchedulerLog } from "./scheduler-log.ts";
import { createSpawner } from "./spawn-tasks.ts";
import { takeSettingsPools } from "./take-settings-pools.ts";
import { createTaskSurroundings } from "./task-surroundings.ts";
import { dataVersion, turnUntilStopped } from "./turn-until-stopped.ts";

export interface SchedulerArgs {
  readonly build?: string;
  readonly logFormat: "text" | "json";
}

export async function runScheduler(args: SchedulerArgs, io: Io): Promise<number> {
  const settings = readProjectSettings(io);
  const fixedBuild = args.build === undefined ? undefined : openFixedBuild(io, args.build);
  const file = storeFile(io.projectRoot);
  const lock = takeSchedulerLock(file);
  if (lock === undefined) throw schedulerRuns(file, findHolder(file));
  refuseDamaged(file);
  const ballast = createBallast(file);
  // To take over what runs, something has to be written.
  if (ballast.isTight()) ballast.drop();
  const store = openStore(file);
  const startDate = new Date().toISOString();
  const job = startJob(store, { pid: process.pid, hostname: hostname(), version: io.version, startDate });
  try {
    await schedule({ io, args, settings, store, job, ballast, builds: fixedBuild ?? startLiveBuilds(io) });
    return 0;
  } finally {
    store.close();
    lock.release();
  }
}

interface Held {
  readonly args: SchedulerArgs;
  readonly io: Io;
  readonly settings: Settings;
  readonly store: Store;
  readonly job: number;
  readonly ballast: Ballast;
  readonly builds: LiveBuilds;
}

/** With the lock. */
async function schedule({ args, io, settings, store, job, ballast, builds }: Held): Promise<void> {
  try {
    const surroundings = createTaskSurroundings(io.projectRoot, {
      environment: () => loadProjectEnvironment(io, store),
      inheritedEnvironment: () => loadInheritedEnvironment(io.projectRoot, io.environment),
      version: () => dataVersion(store),
    });
    const redact = createFollowingRedactor(surroundings.environment);
    const log = createSchedulerLog({ format: args.logFormat, write: io.stdout, clock: Date.now, redact });
    const pools = takeSettingsPools(store, io.projectRoot);
    if (pools.length > 0) log.say(`pools of airflow_settings.yaml that the store did not have: ${pools.join(", ")}`);
    const bell = createBell();
    const readManifest = createManifestReader();
    const scheduler = await createScheduler({
      store,
      clock: Date.now,
      spawner: createSpawner(surroundings),
      settings,
      readManifest,
      report: log.event,
      ring: bell.ring,
    });
    const takeBuild = ({ buildFolder, broken }: LiveBuild) => {
      for (const { file, text } of broken) log.say(`${file} is broken, and goes on as it was last:\n${text}`);
      try {
        scheduler.takeBuild({ buildFolder, manifest: readManifest(buildFolder), broken });
      } catch (error) {
        log.say(`nothing new is live: ${(error as Error).message}`);
      }
    };
    followBuilds(builds, takeBuild, log);
    await turnUntilStopped({ scheduler, store, job, bell, log, ballast, io });
  } finally {
    await builds.stop();
    await finishSweeps();
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

/** Undefined where it cannot be known: the other one may be at its very start. */
function findHolder(file: string): JobRow | undefined {
  try {
    return inspectRunningJobs(file).find((job) => job.hostname !== hostname() || isAlive(job.pid));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Before the first turn, not by the first statement that stumbles over it: what is read from a damaged store may be wrong. */
function refuseDamaged(file: string): void {
  const faults = checkStore(file)?.faults ?? [];
  if (faults.length > 0) throw storeIsDamaged(file, faults.join("; "));
}
