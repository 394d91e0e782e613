// Runs whose build is gone: they fail as any other run does, and nothing of them is left half done.

import { expect, it } from "vitest";
import { createBackfillRuns } from "../../../runtime/scheduler/create-backfill.ts";
import { findBackfill } from "../../../runtime/store/backfills.ts";
import { readDagRuns } from "../../../runtime/store/dag-runs.ts";
import { findDag } from "../../../runtime/store/dags.ts";
import { readTaskInstances } from "../../../runtime/store/task-instances.ts";
import { madeDag } from "../../support/made-dag.ts";
import { startSchedulerByHand } from "../../support/scheduler-by-hand.ts";

const now = Date.UTC(2026, 0, 3, 12);
const model = madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }], {
  schedule: { kind: "cron", expression: "0 0 * * *", timezone: "UTC" },
  endDate: "2025-01-02",
  isPausedUponCreation: false,
  maxConsecutiveFailedDagRuns: 2,
});

it("a backfill whose last runs cannot go on is complete, what ran of them has failed, and the DAG is paused", async () => {
  const scheduler = await startSchedulerByHand(now);
  const { store } = scheduler;
  scheduler.build("old", model);
  scheduler.step();
  const range = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 2), runBackwards: false, reprocessBehavior: null };
  const present = { model, definition: "old", build: "old" };
  const made = createBackfillRuns(store, { ...range, present, maxActiveRuns: 2, conf: null }, now);
  if (made.kind === "refused") throw new Error(made.refusal.what);
  scheduler.step();
  expect(scheduler.running()).toHaveLength(2);

  scheduler.removeBuild("old");
  await scheduler.restart();
  scheduler.build("new", model);
  scheduler.step();
  const [second, first] = readDagRuns(store, "made");
  expect([first!.state, second!.state]).toEqual(["failed", "failed"]);
  const told = "its dag run cannot go on: its build is missing, or another lies in its place: old";
  for (const { id } of [first!, second!]) {
    const tasks = readTaskInstances(store, id).map(({ taskId, state, error }) => ({ taskId, state, error }));
    expect(tasks).toEqual([
      { taskId: "a", state: "failed", error: told },
      { taskId: "b", state: "none", error: null },
    ]);
  }
  expect(findBackfill(store, made.backfill)?.completedAt).not.toBeNull();
  expect(findDag(store, "made")?.isPaused).toBe(true);
});
