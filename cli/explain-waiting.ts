// What `tasks failed-deps` does: reads all that a scheduler would look at, and says what keeps a task from running.

import { type DagModel, effectiveArgs, type TaskModel } from "../runtime/dag/model.ts";
import type { TaskState } from "../runtime/dag/states.ts";
import { explainWaiting, type FailedDep, type Slots } from "../runtime/scheduler/explain-waiting.ts";
import { loadPools } from "../runtime/scheduler/memory.ts";
import { isPastMet } from "../runtime/scheduler/past.ts";
import { shapeOf } from "../runtime/scheduler/run-shape.ts";
import type { Settings } from "../runtime/settings.ts";
import { findBackfill } from "../runtime/store/backfills.ts";
import { type DagRunRow, readUnfinishedDagRuns } from "../runtime/store/dag-runs.ts";
import { findDag } from "../runtime/store/dags.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { readTaskInstances } from "../runtime/store/task-instances.ts";
import { hasLivingScheduler } from "./living-jobs.ts";

export interface AskedTask {
  readonly run: DagRunRow;
  /** Of the run's build. */
  readonly model: DagModel;
  readonly task: TaskModel;
  readonly modelOf: (run: DagRunRow) => DagModel | undefined;
  readonly settings: Settings;
}

export function findFailedDeps(store: Store, { run, model, task, modelOf, settings }: AskedTask): FailedDep[] {
  const instances = new Map(readTaskInstances(store, run.id).map((row) => [row.taskId, row]));
  const row = findDag(store, run.dagId);
  return explainWaiting({
    dag: model,
    task,
    instance: instances.get(task.id)!,
    stateOf: (id) => instances.get(id)?.state ?? ("none" satisfies TaskState),
    run: { state: run.state, logicalDate: run.facts.logicalDate, startDate: run.startDate },
    now: Date.now(),
    isPaused: row?.isPaused ?? false,
    isStale: row?.isStale ?? false,
    hasScheduler: hasLivingScheduler(store),
    isFreeOfPast: isPastMet(
      { world: { store }, memory: { runs: new Map() }, previousRuns: new Map() },
      { row: run, shape: shapeOf(model) },
      task,
    ),
    slots: countSlots(store, { run, model, task, modelOf, settings }),
  });
}

function countSlots(store: Store, { run, model, task, modelOf, settings }: AskedTask): Slots {
  const { pool } = effectiveArgs(model, task);
  const unfinished = readUnfinishedDagRuns(store);
  const running = unfinished.flatMap((other) => findRunning(store, other, modelOf));
  const backfill = run.backfill === null ? undefined : findBackfill(store, run.backfill);
  const isOfSameKind = (other: DagRunRow) =>
    other.dagId === run.dagId && other.state === "running" && other.backfill === run.backfill;
  return {
    pool: loadPools({ store, settings }).get(pool),
    poolTaken: running.reduce((sum, other) => sum + (other.pool === pool ? other.poolSlots : 0), 0),
    parallelism: settings.parallelism,
    running: running.length,
    maxActiveTasks: model.maxActiveTasks ?? settings.maxActiveTasksPerDag,
    runningInRun: running.filter((other) => other.run === run.id).length,
    runningOfTask: running.filter((other) => other.dagId === run.dagId && other.taskId === task.id).length,
    maxActiveRuns: backfill?.maxActiveRuns ?? model.maxActiveRuns ?? settings.maxActiveRunsPerDag,
    runningRuns: unfinished.filter(isOfSameKind).length,
  };
}

function findRunning(store: Store, run: DagRunRow, modelOf: AskedTask["modelOf"]) {
  const rows = readTaskInstances(store, run.id).filter(({ state }) => state === "running" || state === "restarting");
  if (rows.length === 0) return [];
  const model = modelOf(run);
  return rows.flatMap(({ taskId }) => {
    const task = model?.tasks.find(({ id }) => id === taskId);
    if (model === undefined || task === undefined) return [];
    const { pool, poolSlots } = effectiveArgs(model, task);
    return [{ run: run.id, dagId: run.dagId, taskId, pool, poolSlots }];
  });
}
