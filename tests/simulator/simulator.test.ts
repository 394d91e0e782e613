// Schedulers that die at every possible instant, over simulated time, against a real store in memory.

import { expect, it } from "vitest";
import { simulate } from "./simulation.ts";

const seeds = Number(process.env["DAGWRIGHT_SIMULATION_SEEDS"] ?? 300);
const first = Number(process.env["DAGWRIGHT_SIMULATION_FIRST_SEED"] ?? 0);

it(`${seeds} lives hold every promise, whatever dies when`, async () => {
  const seen = new Set<string>();
  const sums = { crashes: 0, starts: 0, runs: 0, boundaries: 0 };
  for (let seed = first; seed < first + seeds; seed++) {
    const { store, ...result } = await simulate({ seed });
    store.close();
    for (const what of result.seen) seen.add(what);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
  }
  console.log(sums, seen);
  const faults = ["a process is lost", "adopted", "the disk is full"];
  const byHand = ["tasks are cleared", "a task is marked", "a run is marked", "a backfill is created"];
  expect([...seen].sort()).toEqual(expect.arrayContaining([...faults, ...byHand]));
}, 600_000);
