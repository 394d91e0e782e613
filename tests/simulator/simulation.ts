// One simulated life of a project: schedulers that die and come back, tasks that end by chance, commands in between. The same seed, the same life.

import type { Manifest } from "../../runtime/manifest.ts";
import { createScheduler, type Scheduler } from "../../runtime/scheduler/scheduler.ts";
import type { World } from "../../runtime/scheduler/world.ts";
import { findDagRunByNumber, readDagRuns } from "../../runtime/store/dag-runs.ts";
import { findDag, pauseDag } from "../../runtime/store/dags.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { readPools, writePool } from "../../runtime/store/pools.ts";
import { randomFrom } from "../support/random.ts";
import { type Boundaries, type Boundary, CrashError, createBoundaries, dyingByChance } from "./boundaries.ts";
import { buildFolder, type EventfulLife, type FaultKind, happen, see } from "./happenings.ts";
import { BrokenInvariant, checkEnd, checkStart, findStuck, isOver } from "./invariants.ts";
import { createMachine, type Script } from "./machine.ts";
import { randomManifest, simulatedStart } from "./random-project.ts";
import { createStore } from "./simulated-store.ts";

export interface SimulationPlan {
  readonly seed: number;
  /** Default: by chance. */
  readonly dies?: (index: number, boundary: Boundary) => boolean;
  /** Default: a random one. */
  readonly manifest?: Manifest;
  /** Simulated, before the end in peace. */
  readonly lengthMs?: number;
  /** What does not happen. Default: everything may. */
  readonly without?: readonly FaultKind[];
  /** Nothing happens but what the scheduler does, and where it dies. */
  readonly isUneventful?: boolean;
  /** How a task's tries go. Default: by chance. */
  readonly script?: Script;
  /** Of the world that the scheduler gets: for bugs that are planted. */
  readonly spoil?: (world: World) => World;
}

export interface SimulationResult {
  readonly store: Store;
  readonly crashes: number;
  readonly boundaries: number;
  readonly starts: number;
  readonly runs: number;
  /** Which things happened at least once: a rig that never sees a fault proves nothing. */
  readonly seen: ReadonlySet<string>;
}

const settings = {
  parallelism: 4,
  maxActiveTasksPerDag: 16,
  maxActiveRunsPerDag: 16,
  dagsArePausedAtCreation: false,
  defaultPoolTaskSlotCount: 3,
  maxConsecutiveFailedDagRunsPerDag: 0,
};

/** A scheduler that turns on the spot is found by it. */
const maxTurnsOfAMoment = 2_000;
const pauseWhenFullMs = 5_000;
/** Simulated, after the last fault. */
const longestPeaceMs = 24 * 3_600_000;
/** Whether everything has ended is dear to find out. */
const turnsBetweenLooks = 16;

interface Life extends EventfulLife {
  readonly boundaries: Boundaries;
  readonly isUneventful: boolean;
  readonly without: readonly FaultKind[];
  crashes: number;
}

/** @throws BrokenInvariant naming the seed. */
export async function simulate(plan: SimulationPlan): Promise<SimulationResult> {
  const life = begin(plan);
  try {
    return await live(life, plan);
  } catch (error) {
    throw new BrokenInvariant(`seed ${plan.seed}, ${new Date(life.now).toISOString()}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function begin(plan: SimulationPlan): Life {
  const random = randomFrom(plan.seed);
  // Made in any case: the choices that follow are the same.
  const randomOne = randomManifest(random);
  const manifest = plan.manifest ?? randomOne;
  const boundaries = createBoundaries(plan.dies ?? dyingByChance(plan.seed));
  const seen = new Set<string>();
  const clock = () => life.now;
  const refusesWrite = () => life.isFull && see(seen, "the disk is full");
  const simulated = createStore({ boundaries, clock, refusesWrite });
  const pools = () =>
    new Map([
      ["default_pool", settings.defaultPoolTaskSlotCount] as const,
      ...readPools(simulated.store).map(({ pool, slots }) => [pool, slots] as const),
    ]);
  const machine = createMachine({
    random,
    clock,
    boundaries,
    ...(plan.script === undefined ? {} : { script: plan.script }),
    onStart: (request, alive) => checkStart(simulated.store, request, alive, { ...settings, pools }),
  });
  const world: World = {
    store: simulated.store,
    clock,
    spawner: machine.spawner,
    settings,
    readManifest: () => manifest,
    report: (event) => void seen.add(event.kind),
    ring: () => {},
  };
  const life: Life = {
    random,
    simulated,
    machine,
    boundaries,
    manifest,
    seen,
    world: plan.spoil?.(world) ?? world,
    now: simulatedStart,
    isFull: false,
    isUneventful: plan.isUneventful ?? false,
    without: plan.without ?? [],
    crashes: 0,
  };
  simulated.asCommand(() => writePool(simulated.store, { pool: "small", slots: 2, description: "" }));
  return life;
}

async function live(life: Life, plan: SimulationPlan): Promise<SimulationResult> {
  const { machine, world } = life;
  const end = simulatedStart + (plan.lengthMs ?? 600_000);
  let scheduler = await revive(life);
  let wakeAt = life.now;
  let turns = 0;
  let turnsOfThisMoment = 0;
  let moment = life.now;
  for (; life.now < end || turns % turnsBetweenLooks !== 0 || !isQuiet(life, end); turns++) {
    turnsOfThisMoment = life.now === moment ? turnsOfThisMoment + 1 : 0;
    moment = life.now;
    if (turnsOfThisMoment > maxTurnsOfAMoment) {
      throw new BrokenInvariant(`it turns on the spot: ${describeOpen(life)}`);
    }
    if (life.now > end + longestPeaceMs) throw new BrokenInvariant(`it does not come to rest: ${describeOpen(life)}`);
    if (life.now >= end && makePeace(life)) wakeAt = life.now;
    const isEventful = life.now < end && !life.isUneventful;
    const nextFault = isEventful ? life.now + 1 + life.random.integer(60_000) : Number.POSITIVE_INFINITY;
    const next = Math.min(wakeAt, machine.nextEnd(), nextFault);
    if (next === Number.POSITIVE_INFINITY) {
      if (findStuck(world.store, life.manifest).length === 0) break;
      throw new BrokenInvariant(`it stands still: ${describeOpen(life)}`);
    }
    life.now = Math.max(life.now, next);
    if (next === nextFault && life.now < end) happen(life, life.without);
    try {
      machine.endDue(life.now);
      wakeAt = scheduler.step();
    } catch (error) {
      if (error instanceof CrashError) scheduler = await revive(life);
      else if ((error as { code?: string }).code !== "SQLITE_FULL") throw error;
      wakeAt = life.now + (error instanceof CrashError ? 0 : pauseWhenFullMs);
    }
  }
  checkEnd(world.store, life.manifest, { processes: machine.processes, end });
  const runs = life.manifest.dags.flatMap(({ model }) => readDagRuns(world.store, model.id)).length;
  return {
    store: world.store,
    crashes: life.crashes,
    boundaries: life.boundaries.count,
    starts: machine.processes.length,
    runs,
    seen: life.seen,
  };
}

/** Another scheduler, until one comes through its own start. */
async function revive(life: Life): Promise<Scheduler> {
  for (;;) {
    life.machine.forgetWatchers();
    // Commands do not wait for a scheduler.
    if (life.crashes > 0 && !life.isUneventful && life.random.chance(0.3)) happen(life, life.without);
    try {
      const scheduler = await createScheduler(life.world);
      scheduler.takeBuild({ buildFolder, manifest: life.manifest, broken: [] });
      return scheduler;
    } catch (error) {
      if (!(error instanceof CrashError)) throw error;
    } finally {
      life.crashes++;
    }
  }
}

/** The faults are over: everything has to come to its end now. Returns whether somebody has to be told. */
function makePeace(life: Life): boolean {
  life.boundaries.calm();
  life.isFull = false;
  const { simulated, manifest, world } = life;
  const unpaused = simulated.asCommand(() =>
    manifest.dags.filter(({ model }) => findDag(world.store, model.id) && pauseDag(world.store, model.id, false)),
  );
  return unpaused.length > 0;
}

/** Runs that came later may go on: schedules have no end. */
function isQuiet({ manifest, world: { store }, machine }: Life, end: number): boolean {
  const alive = new Set(machine.processes.filter(({ isAlive }) => isAlive).map(({ request }) => request.run.id));
  const ended = (id: number) => isOver(findDagRunByNumber(store, id)!.state);
  if ([...alive].some(ended)) return false;
  return findStuck(store, manifest).every(({ queuedAt }) => Date.parse(queuedAt) > end);
}

function describeOpen({ manifest, world: { store } }: Life): string {
  const open = manifest.dags.flatMap(({ model }) => readDagRuns(store, model.id).filter(({ state }) => !isOver(state)));
  return open.map(({ dagId, facts, state }) => `${dagId} ${facts.id} ${state}`).join(", ");
}
