// One simulated life of a project: schedulers that die and come back, tasks that end by chance, commands in between. The same seed, the same life.

import { airflowTime } from "../../runtime/dag/airflow-time.ts";
import { effectiveArgs } from "../../runtime/dag/model.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { createScheduler, type Scheduler } from "../../runtime/scheduler/scheduler.ts";
import type { World } from "../../runtime/scheduler/world.ts";
import { createDagRun, findDagRunByNumber, readDagRuns } from "../../runtime/store/dag-runs.ts";
import { findDag, pauseDag } from "../../runtime/store/dags.ts";
import { leaveNotice } from "../../runtime/store/notices.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { readPools, writePool } from "../../runtime/store/pools.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { type Boundaries, type Boundary, CrashError, createBoundaries } from "./boundaries.ts";
import { actByHand } from "./by-hand.ts";
import { BrokenInvariant, checkEnd, checkStart, findStuck, isOver } from "./invariants.ts";
import { createMachine, type Machine } from "./machine.ts";
import { randomManifest, simulatedStart } from "./random-project.ts";
import { createStore, type SimulatedStore } from "./simulated-store.ts";

export interface SimulationPlan {
  readonly seed: number;
  /** Default: by chance. */
  readonly dies?: (index: number, boundary: Boundary) => boolean;
  /** Default: a random one. */
  readonly manifest?: Manifest;
  /** Simulated, before the end in peace. */
  readonly lengthMs?: number;
  readonly hasCommands?: boolean;
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

/** Far more turns than a life of this length can need: a scheduler that turns on the spot is found by it. */
const maxTurns = 20_000;
const buildFolder = "/build";
const pauseWhenFullMs = 1_000;
/** Whether everything has ended is dear to find out. */
const turnsBetweenLooks = 16;

interface Life {
  readonly random: Random;
  readonly simulated: SimulatedStore;
  readonly machine: Machine;
  readonly boundaries: Boundaries;
  readonly manifest: Manifest;
  readonly seen: Set<string>;
  readonly world: World;
  now: number;
  isFull: boolean;
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
  const crashChance = random.pick([0, 0.01, 0.05, 0.2]);
  const chance = randomFrom(plan.seed + 1_000_003);
  const boundaries = createBoundaries(plan.dies ?? (() => chance.chance(crashChance)));
  const manifest = plan.manifest ?? randomManifest(random);
  const seen = new Set<string>();
  const simulated = createStore(boundaries, () => life.isFull && see(seen, "the disk is full"));
  const clock = () => life.now;
  const pools = () =>
    new Map([
      ["default_pool", settings.defaultPoolTaskSlotCount] as const,
      ...readPools(simulated.store).map(({ pool, slots }) => [pool, slots] as const),
    ]);
  const machine = createMachine({
    random,
    clock,
    boundaries,
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
    crashes: 0,
  };
  simulated.asCommand(() => writePool(simulated.store, { pool: "small", slots: 2, description: "" }));
  return life;
}

async function live(life: Life, plan: SimulationPlan): Promise<SimulationResult> {
  const { machine, world } = life;
  const end = simulatedStart + (plan.lengthMs ?? 1_200_000);
  let scheduler = await revive(life);
  let wakeAt = life.now;
  let turns = 0;
  for (; life.now < end || turns % turnsBetweenLooks !== 0 || !isQuiet(life, end); turns++) {
    if (turns > maxTurns)
      throw new BrokenInvariant(
        `it turns on the spot: ${describeOpen(life)} wake ${wakeAt} now ${life.now}, full ${life.isFull}`,
      );
    if (life.now >= end && makePeace(life)) wakeAt = life.now;
    const nextFault = life.now < end ? life.now + 1 + life.random.integer(120_000) : Number.POSITIVE_INFINITY;
    const next = Math.min(wakeAt, machine.nextEnd(), nextFault);
    if (next === Number.POSITIVE_INFINITY) {
      if (findStuck(world.store, life.manifest).length === 0) break;
      throw new BrokenInvariant(`it stands still: ${describeOpen(life)}`);
    }
    life.now = Math.max(life.now, next);
    if (next === nextFault && life.now < end) happen(life, plan.hasCommands ?? true);
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

/** Something that a person or the machine does. */
function happen(life: Life, hasCommands: boolean): void {
  const { random, simulated, manifest, world, machine, seen } = life;
  const { store } = world;
  const { model } = random.pick(manifest.dags);
  const chance = random.fraction();
  if (chance < 0.05) {
    life.isFull = !life.isFull;
  } else if (chance < 0.15) {
    const alive = machine.processes.filter(({ isAlive }) => isAlive);
    if (alive.length > 0 && see(seen, "a process is lost")) machine.lose(random.pick(alive), life.now);
  } else if (chance < 0.2) {
    // The clock is put back, or forward: a laptop that slept.
    life.now += random.pick([-600_000, 900_000]);
    see(seen, "the clock jumps");
  } else if (hasCommands && chance < 0.5) {
    simulated.asCommand(() => trigger(store, life, model.id));
  } else if (hasCommands && chance < 0.6 && findDag(store, model.id)) {
    simulated.asCommand(() => pauseDag(store, model.id, random.chance(0.3)));
  } else if (hasCommands && chance < 0.65) {
    // Never fewer: what was chosen before would begin beyond them.
    simulated.asCommand(() => writePool(store, { pool: "small", slots: 4, description: "" }));
  } else if (hasCommands && chance < 0.85 && findDag(store, model.id)) {
    const dag = manifest.dags.find((other) => other.model.id === model.id)!;
    const done = simulated.asCommand(() => actByHand(store, { dag, build: buildFolder, now: life.now }, random));
    if (done !== undefined) see(seen, done);
  }
}

function trigger(store: Store, { manifest, now, random, seen }: Life, dagId: string): void {
  if (findDag(store, dagId) === undefined) return;
  const { model } = manifest.dags.find((dag) => dag.model.id === dagId)!;
  const logicalDate = random.chance(0.5) ? airflowTime(now) : null;
  const facts = {
    id: `manual__${airflowTime(now)}_${random.integer(1e9)}`,
    type: "manual",
    logicalDate,
    dataIntervalStart: logicalDate,
    dataIntervalEnd: logicalDate,
    runAfter: airflowTime(now),
  };
  const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
  const run = { dagId, facts, conf: {}, definition: "1", build: buildFolder, isTest: false, tasks };
  const write = store.transaction(() => {
    const id = createDagRun(store, { ...run, queuedAt: airflowTime(now) });
    if (id !== undefined) leaveNotice(store, { kind: "dag_run", run: id });
  });
  write.immediate();
  see(seen, "a run is triggered");
}

function see(seen: Set<string>, what: string): true {
  seen.add(what);
  return true;
}
