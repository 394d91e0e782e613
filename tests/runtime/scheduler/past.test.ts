// What waits for the run of before is looked at again when that changes, and nothing else is.

import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Manifest } from "../../../runtime/manifest.ts";
import { loadMemory } from "../../../runtime/scheduler/memory.ts";
import { createProcesses } from "../../../runtime/scheduler/processes.ts";
import { settle, type Turn } from "../../../runtime/scheduler/turn.ts";
import type { World } from "../../../runtime/scheduler/world.ts";
import { readSettings } from "../../../runtime/settings.ts";
import { createDagRun, startDagRun } from "../../../runtime/store/dag-runs.ts";
import { writeDag } from "../../../runtime/store/dags.ts";
import { openStore } from "../../../runtime/store/open-store.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeDag } from "../../support/made-dag.ts";

const now = Date.UTC(2026, 0, 3);
const nowText = new Date(now).toISOString();

it("the end of a task wakes that task and those upstream of it in the runs that wait, and no others", () => {
  const model = madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }, { id: "c" }, { id: "d" }], {});
  const world = createWorld({
    version: 1,
    bundles: [],
    dags: [{ model, definition: "0", chunk: "", file: "made.ts" }],
  });
  writeDag(world.store, {
    dagId: "made",
    isPaused: false,
    isStale: false,
    file: "made.ts",
    definition: "0",
    build: "0",
  });
  const [before, after] = ["2026-01-01", "2026-01-02"].map((day) => startRun(world, model.tasks, day));
  const memory = loadMemory(world);
  const waiting = memory.runs.get(after!)!;
  waiting.touched.clear();
  for (const { id } of model.tasks) if (id !== "d") waiting.blockedByPast.add(id);
  const turn: Turn = {
    ...{
      world,
      memory,
      now,
      nowText,
      events: [],
      starts: [],
      previousRuns: new Map(),
      createdRuns: 0,
      hasTouchedOthers: false,
      wakeAt: now,
    },
    ...{ processes: createProcesses(world), isStopping: false, isHolding: false },
  };
  const wokenBy = (taskId: string) => {
    waiting.touched.clear();
    settle(turn, memory.runs.get(before!)!, taskId, "skipped");
    return [...waiting.touched].sort();
  };
  expect(["d", "c", "b", "a"].map(wokenBy)).toEqual([[], ["c"], ["a", "b"], ["a"]]);
});

function createWorld(manifest: Manifest): World {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  const refuse = () => {
    throw new Error("nothing starts here");
  };
  return {
    store,
    clock: () => now,
    spawner: { start: refuse, adopt: refuse, endStrays: async () => {}, forget: () => {} },
    settings: readSettings({}),
    readManifest: () => manifest,
    report: () => {},
    ring: () => {},
  };
}

function startRun({ store }: World, tasks: readonly { readonly id: string }[], day: string): number {
  const moment = `${day}T00:00:00+00:00`;
  const facts = {
    ...{ id: `scheduled__${moment}`, type: "scheduled", logicalDate: moment, runAfter: moment },
    ...{ dataIntervalStart: moment, dataIntervalEnd: moment },
  };
  const run = { dagId: "made", facts, conf: {}, definition: "0", build: "0", isTest: false, queuedAt: nowText };
  const id = createDagRun(store, { ...run, tasks: tasks.map((task) => ({ id: task.id, retries: 0 })) })!;
  startDagRun(store, id, nowText);
  return id;
}
