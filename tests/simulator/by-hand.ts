// What people do by hand in a simulated life: clear, mark and backfill, in any state that a run may be in.

import { graphOf } from "../../runtime/dag/graph.ts";
import { partialSubset } from "../../runtime/dag/partial-subset.ts";
import type { ManifestDag } from "../../runtime/manifest.ts";
import { clearTasks } from "../../runtime/scheduler/clear-tasks.ts";
import { createBackfillRuns } from "../../runtime/scheduler/create-backfill.ts";
import { markRun, markTask } from "../../runtime/scheduler/mark.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import type { Random } from "../support/random.ts";

export interface HandledDag {
  readonly dag: ManifestDag;
  readonly build: string;
  readonly now: number;
}

const minuteMs = 60_000;

/** Returns what was done; undefined when there was nothing to do it to. */
export function actByHand(store: Store, { dag, build, now }: HandledDag, random: Random): string | undefined {
  const { model, definition } = dag;
  const present = { model, definition, build };
  const runs = readDagRuns(store, model.id);
  if (random.chance(0.2)) {
    const from = now - random.integer(120) * minuteMs;
    const request = { from, to: from + random.integer(30) * minuteMs, runBackwards: random.chance(0.3), conf: null };
    const reprocessBehavior = random.pick([null, "failed", "completed"] as const);
    const made = createBackfillRuns(store, { ...request, present, reprocessBehavior, maxActiveRuns: 2 }, now);
    return made.kind === "created" ? "a backfill is created" : undefined;
  }
  if (runs.length === 0 || model.tasks.length === 0) return undefined;
  const run = random.pick(runs);
  const { id: taskId } = random.pick(model.tasks);
  const modelOf = () => model;
  const change = () => {
    if (random.chance(0.5)) {
      const taskIds = partialSubset(graphOf(model), [taskId], { upstream: false, downstream: random.chance(0.5) });
      clearTasks(store, { runs: [run], selection: { taskIds }, present, modelOf }, now);
      return "tasks are cleared";
    }
    if (random.chance(0.6)) {
      const state = random.pick(["success", "failed", "skipped"] as const);
      markTask(store, { run, model, present, taskId, state }, now);
      // Second thoughts, while its process may still be there.
      const [again] = readDagRuns(store, model.id).filter(({ id }) => id === run.id);
      const selection = { taskIds: new Set([taskId]) };
      if (random.chance(0.5)) clearTasks(store, { runs: [again!], selection, present, modelOf }, now);
      return "a task is marked";
    }
    markRun(store, { run, model, state: random.pick(["success", "failed"] as const) }, now);
    return "a run is marked";
  };
  return store.transaction(change).immediate() as string;
}
