// A life that breaks a promise, made smaller: what is left is what breaks it.

import { expect, it } from "vitest";
import type { World } from "../../runtime/scheduler/world.ts";
import { faultKinds } from "./happenings.ts";
import { BrokenInvariant } from "./invariants.ts";
import { describeLife, shrink } from "./shrink.ts";
import type { SimulationPlan } from "./simulation.ts";

/** As if nothing might be tried a second time. */
function withoutSecondTries(world: World): World {
  const start: World["spawner"]["start"] = (request, onEnd) => {
    if (request.tryNumber === 2) throw new BrokenInvariant("a second try");
    return world.spawner.start(request, onEnd);
  };
  return { ...world, spawner: { ...world.spawner, start } };
}

it("keeps one task that is tried twice, and nothing that it does not need", async () => {
  const plan: SimulationPlan = { seed: 3, spoil: withoutSecondTries };
  const smallest = (await shrink(plan))!;
  expect(smallest.message).toContain("a second try");
  expect(smallest.deaths).toEqual([]);
  const { dags } = smallest.plan.manifest!;
  expect(dags.flatMap(({ model }) => model.tasks)).toHaveLength(1);
  expect(smallest.plan.without!.length).toBeGreaterThanOrEqual(faultKinds.length - 1);
  expect(describeLife(smallest)).toMatch(/^seed 3.*: a second try\nseed 3, (all|\d+) ms, without full disk/);
}, 120_000);

it("says nothing of a life that breaks nothing", async () => {
  expect(await shrink({ seed: 3 })).toBeUndefined();
});
