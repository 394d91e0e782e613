// Which runs a scheduler makes of a schedule as its life goes on: clocks that are set, restarts, DAGs that change, go and come back.

import { expect, it } from "vitest";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { readDagRuns } from "../../../runtime/store/dag-runs.ts";
import { findDag, pauseDag } from "../../../runtime/store/dags.ts";
import type { Store } from "../../../runtime/store/open-store.ts";
import { madeDag } from "../../support/made-dag.ts";
import { startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

const start = Date.UTC(2026, 0, 1);
const second = 1_000;
const hour = 3_600_000;
const cron = (expression: string) => ({ kind: "cron", expression, timezone: "UTC" }) as const;

function dagWith(spec: Partial<DagModel>, kind: "bash" | "empty" = "bash"): DagModel {
  return madeDag([{ id: "a", kind }], { isPausedUponCreation: false, ...spec });
}

/** Logical dates, in the order of their runs. */
function datesOf(store: Store): string[] {
  return readDagRuns(store, "made")
    .map(({ facts }) => facts.logicalDate!.slice(0, 19))
    .reverse();
}

it("a continuous DAG runs again as soon as its run has ended, and never twice at the same time", async () => {
  const scheduler = await startSchedulerByHand(start);
  scheduler.build("1", dagWith({ schedule: { kind: "continuous" }, startDate: "2026-01-01", maxActiveRuns: 1 }));
  for (let round = 1; round <= 5; round++) {
    scheduler.step();
    expect(scheduler.step()).toBe(Number.POSITIVE_INFINITY);
    expect(scheduler.running()).toHaveLength(1);
    expect(scheduler.runs()).toHaveLength(round);
    scheduler.now += 7 * second;
    scheduler.end(scheduler.running()[0]!, round % 2 === 0 ? "failed" : "success");
  }
  scheduler.step();
  await scheduler.restart();
  scheduler.step();
  expect(scheduler.running()).toHaveLength(1);
  // The first two began in the same second: the first run's data interval is a moment.
  expect(datesOf(scheduler.store)).toEqual(["00", "00", "07", "14", "21", "28"].map((at) => `2026-01-01T00:00:${at}`));
});

it("a continuous DAG whose runs are over at once has one each second", async () => {
  const scheduler = await startSchedulerByHand(start);
  const model = dagWith({ schedule: { kind: "continuous" }, startDate: "2025-12-31", maxActiveRuns: 1 }, "empty");
  scheduler.build("1", model);
  for (let round = 1; round <= 3; round++) {
    expect(scheduler.step()).toBe(scheduler.now + second);
    expect(scheduler.runs()).toHaveLength(round);
    scheduler.now += second - 1;
    scheduler.step();
    expect(scheduler.runs()).toHaveLength(round);
    scheduler.now++;
  }
  const dates = ["2025-12-31T00:00:00", "2026-01-01T00:00:00", "2026-01-01T00:00:01"];
  expect(datesOf(scheduler.store)).toEqual(dates);
});

it.each([
  ["with a start date", "2026-01-01"],
  ["with one that is as young as a run is long", "2026-01-01T00:00:59"],
  ["without", null],
])("a continuous DAG goes on when the clock is put back, %s", async (_, startDate) => {
  const scheduler = await startSchedulerByHand(start + 60 * second);
  const model = dagWith({ schedule: { kind: "continuous" }, startDate, maxActiveRuns: 1 });
  scheduler.build("1", model);
  const live = (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const before = scheduler.runs().length;
      scheduler.step();
      scheduler.now += 10 * second;
      scheduler.end();
      scheduler.step();
      expect(scheduler.runs()).toHaveLength(before + 1);
      expect(scheduler.running()).toHaveLength(1);
    }
  };
  scheduler.step();
  live(5);
  scheduler.now -= 45 * second;
  live(3);
  await scheduler.restart();
  live(3);
  scheduler.now -= 17 * second;
  await scheduler.restart();
  live(8);
});

it("a DAG of once runs once: not again after a restart, an edit, or a clock that is put back", async () => {
  const scheduler = await startSchedulerByHand(start);
  const once = { schedule: { kind: "once" }, startDate: "2026-01-01T01:00:00" } as const;
  scheduler.build("1", dagWith(once, "empty"));
  expect(scheduler.step()).toBe(start + hour);
  expect(scheduler.runs()).toEqual([]);
  scheduler.now += hour;
  scheduler.step();
  const ran = ["scheduled__2026-01-01T01:00:00+00:00 success"];
  expect(scheduler.runs()).toEqual(ran);
  await scheduler.restart();
  expect(scheduler.step()).toBe(Number.POSITIVE_INFINITY);
  scheduler.build("2", dagWith({ ...once, startDate: "2026-01-02" }, "empty"));
  scheduler.now += 48 * hour;
  scheduler.step();
  scheduler.now -= 47.5 * hour;
  await scheduler.restart();
  scheduler.step();
  expect(scheduler.runs()).toEqual(ran);
});

it("ends with the end date, restarted or not, and goes on when that is moved", async () => {
  const scheduler = await startSchedulerByHand(start);
  const daily = { schedule: cron("0 0 * * *"), startDate: "2025-12-29", catchup: true } as const;
  scheduler.build("1", dagWith({ ...daily, endDate: "2025-12-30" }, "empty"));
  expect(scheduler.step()).toBe(Number.POSITIVE_INFINITY);
  const dates = ["2025-12-29T00:00:00", "2025-12-30T00:00:00", "2025-12-31T00:00:00", "2026-01-01T00:00:00"];
  expect(datesOf(scheduler.store)).toEqual(dates.slice(0, 2));
  await scheduler.restart();
  scheduler.step();
  expect(datesOf(scheduler.store)).toEqual(dates.slice(0, 2));
  scheduler.build("2", dagWith({ ...daily, endDate: "2026-01-05" }, "empty"));
  expect(scheduler.step()).toBe(start + 24 * hour);
  expect(datesOf(scheduler.store)).toEqual(dates);
});

it("goes on from its last run when it is edited to another schedule", async () => {
  const scheduler = await startSchedulerByHand(start);
  const spec = { startDate: "2026-01-01", catchup: true } as const;
  scheduler.build("1", dagWith({ ...spec, schedule: cron("0 * * * *") }, "empty"));
  scheduler.step();
  scheduler.now = start + 2.5 * hour;
  scheduler.step();
  const hourly = ["2026-01-01T00:00:00", "2026-01-01T01:00:00", "2026-01-01T02:00:00"];
  expect(datesOf(scheduler.store)).toEqual(hourly);
  scheduler.build("2", dagWith({ ...spec, schedule: cron("30 */4 * * *") }, "empty"));
  expect(scheduler.step()).toBe(start + 4.5 * hour);
  expect(datesOf(scheduler.store)).toEqual(hourly);
  scheduler.now = start + 5 * hour;
  scheduler.build("3", dagWith({ ...spec, schedule: null }, "empty"));
  // What became due between two looks was due by a schedule that it has no more.
  expect(scheduler.step()).toBe(Number.POSITIVE_INFINITY);
  expect(datesOf(scheduler.store)).toEqual(hourly);
  await scheduler.restart();
  scheduler.build("4", dagWith({ ...spec, schedule: cron("0 * * * *") }, "empty"));
  scheduler.step();
  expect(datesOf(scheduler.store)).toEqual([...hourly, ...["03", "04", "05"].map((at) => `2026-01-01T${at}:00:00`)]);
});

it.each(["while a scheduler runs", "over a restart"])(
  "a DAG that is removed and comes back is paused as it was, and goes on from its last run: %s",
  async (how) => {
    const scheduler = await startSchedulerByHand(start);
    const other = madeDag([{ id: "a", kind: "empty" }], { id: "other" });
    const hourly = dagWith({ schedule: cron("0 * * * *"), startDate: "2025-12-31T23:00:00", catchup: true }, "empty");
    const restart = async () => {
      if (how === "over a restart") await scheduler.restart();
    };
    const { store } = scheduler;
    scheduler.build("1", hourly, other);
    scheduler.step();
    const dates = ["2025-12-31T23:00:00", "2026-01-01T00:00:00"];
    expect(datesOf(store)).toEqual(dates);

    scheduler.build("2", other);
    scheduler.step();
    expect(findDag(store, "made")).toMatchObject({ isStale: true, isPaused: false });
    scheduler.now += 2 * hour;
    scheduler.step();
    await restart();
    scheduler.step();
    expect(datesOf(store)).toEqual(dates);

    pauseDag(store, "made", true);
    scheduler.build("1", hourly, other);
    scheduler.step();
    await restart();
    scheduler.step();
    expect(findDag(store, "made")).toMatchObject({ isStale: false, isPaused: true });
    expect(datesOf(store)).toEqual(dates);
    pauseDag(store, "made", false);
    scheduler.step();
    expect(datesOf(store)).toEqual([...dates, "2026-01-01T01:00:00", "2026-01-01T02:00:00"]);
  },
);
