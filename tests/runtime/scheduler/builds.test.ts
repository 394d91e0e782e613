// What becomes of runs whose build is gone, or another in its place, and of schedules with more to do than a turn may take.

import { expect, it } from "vitest";
import { maxRunsPerTurn } from "../../../runtime/scheduler/turn.ts";
import { madeDag } from "../../support/made-dag.ts";
import { startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

const now = Date.parse("2026-03-01T00:00:00Z");
const once = { schedule: { kind: "once" }, startDate: "2026-02-28", isPausedUponCreation: false } as const;

it("a run whose build was replaced in its place ends, with words; the scheduler starts, and goes on with the others", async () => {
  const scheduler = await startSchedulerByHand(now);
  scheduler.build("build", madeDag([{ id: "a" }, { id: "b" }], once));
  scheduler.step();
  expect(scheduler.running()).toHaveLength(2);
  scheduler.replaceBuild("build", madeDag([{ id: "a" }], once));
  await scheduler.restart();
  scheduler.step();
  expect(scheduler.runs()[0]).toMatch(/ failed$/);
  expect(JSON.stringify(scheduler.events)).toContain("its build is missing, or another lies in its place: build");
});

it("a schedule of years makes its runs some hundred in a turn, and all of them in the end", async () => {
  const scheduler = await startSchedulerByHand(now);
  const schedule = { kind: "delta", seconds: 60 } as const;
  const startDate = "2026-02-28T00:00:01";
  scheduler.build("build", madeDag([{ id: "a", kind: "empty" }], { ...once, schedule, startDate, catchup: true }));
  expect(scheduler.step()).toBe(now);
  expect(scheduler.runs().length).toBe(maxRunsPerTurn);
  while (scheduler.step() <= now);
  expect(scheduler.runs().length).toBe(24 * 60);
});
