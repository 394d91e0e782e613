// Many lives, one after the other: half of the seeds, so that two test files can live at the same time.

import { expect } from "vitest";
import { BrokenInvariant } from "./invariants.ts";
import { describeLife, shrink } from "./shrink.ts";
import { simulate } from "./simulation.ts";

/** On CI ten thousand in both halves. */
const seeds = Number(process.env["DAGWRIGHT_SIMULATION_SEEDS"] ?? (process.env["CI"] ? 10_000 : 1_000));
const first = Number(process.env["DAGWRIGHT_SIMULATION_FIRST_SEED"] ?? 0);

export const seedsOfHalf = seeds / 2;

export async function liveManyLives(half: 0 | 1): Promise<void> {
  const seen = new Set<string>();
  const sums = { crashes: 0, starts: 0, runs: 0, boundaries: 0 };
  for (let seed = first + half; seed < first + seeds; seed += 2) {
    const { store, ...result } = await simulate({ seed }).catch(async (error: unknown) => {
      const smallest = error instanceof BrokenInvariant ? await shrink({ seed }) : undefined;
      throw smallest === undefined ? error : new BrokenInvariant(describeLife(smallest), { cause: error });
    });
    store.close();
    for (const what of result.seen) seen.add(what);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
  }
  console.log(sums, seen);
  // A rig that never sees a fault proves nothing.
  const faults = ["a process is lost", "adopted", "the disk is full", "the clock jumps"];
  const byHand = ["tasks are cleared", "a task is marked", "a run is marked", "a backfill is created"];
  expect([...seen].sort()).toEqual(expect.arrayContaining([...faults, ...byHand]));
  expect(sums.crashes).toBeGreaterThan(seedsOfHalf);
}
