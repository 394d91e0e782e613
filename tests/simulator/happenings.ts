// What people and the machine do in a simulated life, beside what the scheduler does: processes are lost, the clock is set, the disk fills up, runs
// are triggered, paused, cleared.

import { airflowTime } from "../../runtime/dag/airflow-time.ts";
import { effectiveArgs } from "../../runtime/dag/model.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import type { World } from "../../runtime/scheduler/world.ts";
import { createDagRun } from "../../runtime/store/dag-runs.ts";
import { findDag, pauseDag } from "../../runtime/store/dags.ts";
import { leaveNotice } from "../../runtime/store/notices.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { writePool } from "../../runtime/store/pools.ts";
import type { Random } from "../support/random.ts";
import { actByHand } from "./by-hand.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedStore } from "./simulated-store.ts";

export const buildFolder = "/build";

export interface EventfulLife {
  readonly random: Random;
  readonly simulated: SimulatedStore;
  readonly machine: Machine;
  readonly manifest: Manifest;
  readonly world: World;
  /** Which things happened at least once. */
  readonly seen: Set<string>;
  now: number;
  isFull: boolean;
}

/** In the order of their chances; a life may be without some of them. */
export const faultKinds = ["full disk", "lost process", "clock", "trigger", "pause", "pool", "by hand"] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What happens below which chance; above the last nothing does. */
const chances: readonly (readonly [number, FaultKind])[] = [
  [0.05, "full disk"],
  [0.15, "lost process"],
  [0.2, "clock"],
  [0.5, "trigger"],
  [0.6, "pause"],
  [0.65, "pool"],
  [0.85, "by hand"],
];

/** Something that a person or the machine does. The same number of choices is made whatever is left out. */
export function happen(life: EventfulLife, without: readonly FaultKind[] = []): void {
  const { random, manifest } = life;
  const { model } = random.pick(manifest.dags);
  const chance = random.fraction();
  const kind = chances.find(([limit]) => chance < limit)?.[1];
  if (kind !== undefined && !without.includes(kind)) act(life, kind, model.id);
}

function act(life: EventfulLife, kind: FaultKind, dagId: string): void {
  const { random, simulated, manifest, world, machine, seen } = life;
  const { store } = world;
  const isKnown = findDag(store, dagId) !== undefined;
  switch (kind) {
    case "full disk":
      life.isFull = !life.isFull;
      break;
    case "lost process": {
      const alive = machine.processes.filter(({ isAlive }) => isAlive);
      if (alive.length > 0 && see(seen, "a process is lost")) machine.lose(random.pick(alive), life.now);
      break;
    }
    case "clock":
      // It is put back, or forward: a laptop that slept.
      life.now += random.pick([-600_000, 900_000]);
      see(seen, "the clock jumps");
      break;
    case "trigger":
      simulated.asCommand(() => trigger(store, life, dagId));
      break;
    case "pause":
      if (isKnown) simulated.asCommand(() => pauseDag(store, dagId, random.chance(0.3)));
      break;
    case "pool":
      // Never fewer: what was chosen before would begin beyond them.
      simulated.asCommand(() => writePool(store, { pool: "small", slots: 4, description: "" }));
      break;
    case "by hand": {
      const dag = manifest.dags.find(({ model }) => model.id === dagId)!;
      const act = () => actByHand(store, { dag, build: buildFolder, now: life.now }, random);
      const done = isKnown ? simulated.asCommand(act) : undefined;
      if (done !== undefined) see(seen, done);
      break;
    }
    default:
      kind satisfies never;
  }
}

function trigger(store: Store, { manifest, now, random, seen }: EventfulLife, dagId: string): void {
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
    const id = createDagRun(store, { ...run, queuedAt: new Date(now).toISOString() });
    if (id !== undefined) leaveNotice(store, { kind: "dag_run", run: id });
  });
  write.immediate();
  see(seen, "a run is triggered");
}

export function see(seen: Set<string>, what: string): true {
  seen.add(what);
  return true;
}
