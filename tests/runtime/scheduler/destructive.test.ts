// A destructive DAG under the scheduler: whatever its schedule says and whoever wrote a run into the store.

import { expect, it } from "vitest";
import { confirmationOf } from "../../../runtime/dag/destructive.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { createDagRun } from "../../../runtime/store/dag-runs.ts";
import { leaveNotice } from "../../../runtime/store/notices.ts";
import { madeDag } from "../../support/made-dag.ts";
import { type SchedulerByHand, startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

const now = Date.parse("2026-01-01T12:00:00Z");
const hourly: DagModel["schedule"] = { kind: "cron", expression: "0 * * * *", timezone: "UTC" };
const destructive = (spec: Partial<DagModel> = {}) =>
  madeDag([{ id: "a" }], {
    isPausedUponCreation: false,
    destructive: true,
    maxActiveRuns: 1,
    startDate: "2025-12-31",
    params: { confirm: null },
    paramSchemas: { confirm: confirmationOf("made") },
    ...spec,
  });

async function start(dag: DagModel): Promise<SchedulerByHand> {
  const scheduler = await startSchedulerByHand(now);
  scheduler.build("one", dag);
  scheduler.step();
  return scheduler;
}

function trigger({ store }: SchedulerByHand, id: string, type: string, conf = {}): void {
  const facts = { id, type, logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  const queuedAt = new Date(now).toISOString();
  const run = createDagRun(store, {
    dagId: "made",
    facts: { ...facts, runAfter: queuedAt },
    conf,
    definition: "one",
    build: "one",
    isTest: false,
    queuedAt,
    tasks: [{ id: "a", retries: 0 }],
  });
  leaveNotice(store, { kind: "dag_run", run: run! });
}

it("no schedule starts it, caught up or not", async () => {
  const scheduled = await start(
    madeDag([{ id: "a" }], { schedule: hourly, startDate: "2025-12-31", isPausedUponCreation: false }),
  );
  expect(scheduled.runs()).toHaveLength(1);
  const scheduler = await start(destructive({ schedule: hourly, catchup: true }));
  scheduler.now += 10 * 3_600_000;
  scheduler.step();
  expect(scheduler.runs()).toEqual([]);
});

it("a run that nobody confirmed fails, and none of its tasks begins", async () => {
  const scheduler = await start(destructive());
  trigger(scheduler, "unconfirmed", "manual");
  trigger(scheduler, "of_another", "operator_triggered", { confirm: "made" });
  trigger(scheduler, "of_a_backfill", "backfill", { confirm: "made" });
  for (let turn = 0; turn < 4; turn++) scheduler.step();
  expect(scheduler.runs().sort()).toEqual(["of_a_backfill failed", "of_another failed", "unconfirmed failed"]);
  expect(scheduler.running()).toEqual([]);
  const said = scheduler.events.flatMap((event) => (event.kind === "trouble" ? [event.text] : []));
  expect(said[0]).toMatch(
    /^run unconfirmed of made cannot go on: its DAG is destructive, and param confirm is null\. Only a /,
  );
  expect(said).toHaveLength(3);
});

it("one that was confirmed runs, one at a time, and goes on under the next scheduler", async () => {
  const scheduler = await start(destructive({ maxActiveRuns: 5 }));
  trigger(scheduler, "first", "manual", { confirm: "made" });
  trigger(scheduler, "second", "manual", { confirm: "made" });
  scheduler.step();
  expect(scheduler.running()).toEqual(["first a"]);
  await scheduler.restart();
  scheduler.build("one", destructive({ maxActiveRuns: 5 }));
  scheduler.step();
  expect(scheduler.running()).toEqual(["first a"]);
  scheduler.end();
  scheduler.step();
  expect(scheduler.running()).toEqual(["second a"]);
});
