// What is changed by hand while a scheduler has the runs in its memory: it goes on from there at its next step.

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { createBackfillRuns } from "../../../runtime/scheduler/create-backfill.ts";
import { markTask } from "../../../runtime/scheduler/mark.ts";
import { createScheduler } from "../../../runtime/scheduler/scheduler.ts";
import { readSettings } from "../../../runtime/settings.ts";
import { findBackfill } from "../../../runtime/store/backfills.ts";
import { findDagRun, readDagRuns } from "../../../runtime/store/dag-runs.ts";
import { pauseDag, writeDag } from "../../../runtime/store/dags.ts";
import { deleteEndedDagRuns } from "../../../runtime/store/delete-dag-runs.ts";
import { openStore } from "../../../runtime/store/open-store.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeDag } from "../../support/made-dag.ts";
import { type CaseRun, storeRuns } from "./ask-airflow-by-hand.ts";

const schedule = { kind: "cron", expression: "0 0 * * *", timezone: "UTC" } as const;
const present = (model: DagModel) => ({ model, definition: "0", build: "0" });
const now = Date.UTC(2026, 0, 1);

async function startScheduler(model: DagModel, runs: readonly CaseRun[]) {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  storeRuns(store, { versions: [model], runs, action: { kind: "" } });
  const isPaused = model.isPausedUponCreation ?? false;
  writeDag(store, { dagId: model.id, isPaused, isStale: false, file: "made.ts", definition: "0", build: "0" });
  const refuse = () => {
    throw new Error("an empty task has no process");
  };
  const manifest = { version: 1, bundles: [], dags: [{ model, definition: "0", chunk: "", file: "made.ts" }] } as const;
  const scheduler = await createScheduler({
    store,
    clock: () => now,
    spawner: { start: refuse, adopt: refuse, endStrays: async () => {}, forget: () => {} },
    settings: readSettings({}),
    readManifest: () => manifest,
    report: () => {},
    ring: () => {},
  });
  scheduler.step();
  return { store, scheduler };
}

describe("a task that depends on the past", () => {
  const model = madeDag([{ id: "a", kind: "empty", dependsOnPast: true }]);
  const runOf = (day: number, state: CaseRun["state"], task: "failed" | "none"): CaseRun => {
    const date = `2024-01-0${day}T00:00:00+00:00`;
    return { id: `run_${day}`, date, type: "manual", state, tasks: { a: [task, 1, 0] } };
  };
  const runs = [runOf(1, "failed", "failed"), runOf(2, "running", "none")];

  it("starts when the run of before is marked", async () => {
    const { store, scheduler } = await startScheduler(model, runs);
    const stateOf = (id: string) => findDagRun(store, "made", id)!.state;
    expect(stateOf("run_2")).toBe("running");
    const run = findDagRun(store, "made", "run_1")!;
    store.transaction(() =>
      markTask(store, { run, model, present: present(model), taskId: "a", state: "success" }, now),
    )();
    scheduler.step();
    expect([stateOf("run_1"), stateOf("run_2")]).toEqual(["failed", "success"]);
  });

  it("starts when the run of before is deleted", async () => {
    const { store, scheduler } = await startScheduler(model, runs);
    expect(findDagRun(store, "made", "run_2")!.state).toBe("running");
    deleteEndedDagRuns(store, [findDagRun(store, "made", "run_1")!.id]);
    scheduler.step();
    expect(readDagRuns(store, "made").map(({ facts, state }) => [facts.id, state])).toEqual([["run_2", "success"]]);
  });
});

it("a backfill runs at its own limit, beside that of the DAG, and is complete with its last run", async () => {
  const model = madeDag([{ id: "a", kind: "empty" }], { schedule, isPausedUponCreation: true, maxActiveRuns: 1 });
  const { store, scheduler } = await startScheduler(model, []);
  const range = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2025, 0, 5), runBackwards: false, reprocessBehavior: null };
  const made = createBackfillRuns(store, { ...range, present: present(model), maxActiveRuns: 2, conf: null }, now);
  if (made.kind === "refused") throw new Error(made.refusal.what);
  scheduler.step();
  const states = () => readDagRuns(store, "made").map(({ state }) => state);
  expect(new Set(states())).toEqual(new Set(["queued"]));
  pauseDag(store, "made", false);
  scheduler.step();
  expect(
    readDagRuns(store, "made")
      .filter(({ facts }) => facts.type === "backfill")
      .map(({ state }) => state),
  ).toEqual(Array(5).fill("success"));
  expect(findBackfill(store, made.backfill)?.completedAt).not.toBeNull();
});
