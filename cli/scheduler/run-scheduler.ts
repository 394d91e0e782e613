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
import { findLiveDags, type KnownDag } from "../known-dags.ts";
import { openFixedBuild } from "../live-build/fixed-build.ts";
import type { LiveBuild, LiveBuilds } from "../live-build/live-builds.ts";
import { startLiveBuilds } from "../live-build/start-live-builds.ts";
import { isProcess } from "../living-jobs.ts";
import { loadProjectEnvironment } from "../project-environment.ts";
import { readProjectSettings } from "../project-settings.ts";
import { storeFile } from "../state-folder.ts";
import { type Ballast, createBallast } from "./ballast.ts";
import { followBuilds } from "./follow-builds.ts";
import { createFollowingRedactor } from "./follow-secrets.ts";
import { holdOutput } from "./hold-output.ts";
import { createManifestReader } from "./read-manifests.ts";
import { createSchedulerLog } from "./scheduler-log.ts";
import { createSpawner } from "./spawn-tasks.ts";
import { takeSettingsPools } from "./take-settings-pools.ts";
import { createTaskSurroundings } from "./task-surroundings.ts";
import { dataVersion, turnUntilStopped } from "./turn-until-stopped.ts";

export interface SchedulerArgs {
  readonly build?: string;
  readonly logFormat: "text" | "json";
}

export type Opening = (dags: readonly KnownDag[]) => string;

/** @param opening what is shown before the scheduler's first line, of the DAGs that there are then. */
export async function runScheduler(args: SchedulerArgs, io: Io, opening?: Opening): Promise<number> {
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
    await schedule({ io, args, opening, settings, store, job, ballast, builds: fixedBuild ?? startLiveBuilds(io) });
    return 0;
  } finally {
    store.close();
    lock.release();
  }
}

interface Held {
  readonly args: SchedulerArgs;
  readonly opening: Opening | undefined;
  readonly io: Io;
  readonly settings: Settings;
  readonly store: Store;
  readonly job: number;
  readonly ballast: Ballast;
  readonly builds: LiveBuilds;
}

/** With the lock. */
async function schedule({ args, opening, io, settings, store, job, ballast, builds }: Held): Promise<void> {
  const output = holdOutput(io.stdout);
  if (opening === undefined) output.release("");
  try {
    const surroundings = createTaskSurroundings(io.projectRoot, {
      environment: () => loadProjectEnvironment(io, store),
      inheritedEnvironment: () => loadInheritedEnvironment(io.projectRoot, io.environment),
      version: () => dataVersion(store),
    });
    const redact = createFollowingRedactor(surroundings.environment);
    const log = createSchedulerLog({ format: args.logFormat, write: output.write, clock: Date.now, redact });
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
    const describe = (build: LiveBuild) => opening?.(findLiveDags(store, build, io)) ?? "";
    followBuilds(builds, { scheduler, readManifest, log, output, describe });
    await turnUntilStopped({ scheduler, store, job, bell, log, ballast, io });
  } finally {
    output.release("");
    await builds.stop();
    await finishSweeps();
  }
}

/** Undefined where it cannot be known: the other one may be at its very start. */
function findHolder(file: string): JobRow | undefined {
  try {
    return inspectRunningJobs(file).find((job) => job.hostname !== hostname() || isProcess(job.pid));
  } catch {
    return undefined;
  }
}

/** Before the first turn, not by the first statement that stumbles over it: what is read from a damaged store may be wrong. */
function refuseDamaged(file: string): void {
  const faults = checkStore(file)?.faults ?? [];
  if (faults.length > 0) throw storeIsDamaged(file, faults.join("; "));
}
