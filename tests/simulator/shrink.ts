// Makes a life that breaks a promise smaller, as long as it still breaks one: without faults that it does not need, shorter, with fewer DAGs and
// tasks, dying less often. What is left is what somebody has to look at.

import type { Manifest } from "../../runtime/manifest.ts";
import { randomFrom } from "../support/random.ts";
import { dyingByChance } from "./boundaries.ts";
import { faultKinds } from "./happenings.ts";
import { BrokenInvariant } from "./invariants.ts";
import { randomManifest } from "./random-project.ts";
import { type SimulationPlan, simulate } from "./simulation.ts";

export interface SmallestLife {
  readonly plan: SimulationPlan;
  /** The boundaries at which its schedulers die. */
  readonly deaths: readonly number[];
  readonly message: string;
}

/** Lives that are tried at most: each takes some tens of milliseconds. */
const maxTries = 400;

/** Undefined when the life breaks nothing. */
export async function shrink(plan: SimulationPlan): Promise<SmallestLife | undefined> {
  const died: number[] = [];
  const dies = plan.dies ?? dyingByChance(plan.seed);
  const record = (index: number, boundary: Parameters<typeof dies>[1]) => dies(index, boundary) && died.push(index) > 0;
  const message = await findBroken({ ...plan, dies: record });
  if (message === undefined) return undefined;
  const manifest = plan.manifest ?? randomManifest(randomFrom(plan.seed));
  let smallest: SmallestLife = { plan: { ...plan, manifest }, deaths: died, message };
  // From here on it dies at these boundaries, whatever else changes. Where it breaks nothing so, chance has to stay as it was.
  if ((await tryLife(smallest)) === undefined) return { plan, deaths: died, message };
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < maxTries; ) {
    isSmaller = false;
    for (const candidate of candidates(smallest)) {
      if (++tries > maxTries) break;
      const message = await tryLife(candidate);
      if (message === undefined) continue;
      smallest = { ...candidate, message };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* candidates({ plan, deaths, message }: SmallestLife): Iterable<SmallestLife> {
  const manifest = plan.manifest!;
  const without = plan.without ?? [];
  for (const fault of faultKinds) {
    if (!without.includes(fault)) yield { plan: { ...plan, without: [...without, fault] }, deaths, message };
  }
  const lengthMs = Math.floor((plan.lengthMs ?? 600_000) / 2);
  if (lengthMs >= 30_000) yield { plan: { ...plan, lengthMs }, deaths, message };
  for (let size = deaths.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < deaths.length; at += size) {
      yield { plan, deaths: deaths.toSpliced(at, size), message };
    }
  }
  for (const smaller of smallerManifests(manifest)) yield { plan: { ...plan, manifest: smaller }, deaths, message };
}

function* smallerManifests(manifest: Manifest): Iterable<Manifest> {
  const { dags } = manifest;
  for (let index = 0; index < dags.length && dags.length > 1; index++) {
    yield { ...manifest, dags: dags.toSpliced(index, 1) };
  }
  for (const [index, dag] of dags.entries()) {
    for (const { id } of dag.model.tasks) {
      const tasks = dag.model.tasks
        .filter((task) => task.id !== id)
        .map((task) => ({
          ...task,
          upstream: task.upstream.filter((other) => other !== id),
          setups: task.setups.filter((other) => other !== id),
        }));
      yield { ...manifest, dags: dags.with(index, { ...dag, model: { ...dag.model, tasks } }) };
    }
  }
}

function tryLife({ plan, deaths }: SmallestLife): Promise<string | undefined> {
  const points = new Set(deaths);
  return findBroken({ ...plan, dies: (index) => points.has(index) });
}

async function findBroken(plan: SimulationPlan): Promise<string | undefined> {
  try {
    (await simulate(plan)).store.close();
    return undefined;
  } catch (error) {
    if (error instanceof BrokenInvariant) return error.message;
    throw error;
  }
}

export function describeLife({ plan, deaths, message }: SmallestLife): string {
  const { seed, lengthMs, without, manifest } = plan;
  const dags = manifest?.dags.map(({ model }) => JSON.stringify(model)).join("\n") ?? "all of them";
  return `${message}\nseed ${seed}, ${lengthMs ?? "all"} ms, without ${without?.join(", ") || "nothing"}, dies at ${deaths.join(", ") || "nothing"}\n${dags}`;
}
