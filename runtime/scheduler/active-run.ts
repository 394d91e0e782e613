// One running dag run in the scheduler's memory: its task instances as the store has them, and what is to be looked at again.

import type { DagModel } from "../dag/model.ts";
import { isFinished } from "../dag/states.ts";
import type { DagRunRow } from "../store/dag-runs.ts";
import type { TaskInstanceRow } from "../store/task-instances.ts";
import { earliestMoment } from "./before-its-date.ts";
import { createReadyTasks, type ReadyTasks } from "./ready-tasks.ts";
import { type RunShape, shapeOf } from "./run-shape.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
export type TaskInstanceState = Mutable<TaskInstanceRow>;

export interface ActiveRun {
  readonly row: DagRunRow;
  readonly shape: RunShape;
  /** Milliseconds since 1970: Airflow leaves a run alone until its logical date has come. */
  readonly notBefore: number;
  readonly instances: ReadonlyMap<string, TaskInstanceState>;
  /** Tasks whose verdict may have changed. */
  readonly touched: Set<string>;
  readonly ready: ReadyTasks;
  /** Tasks that the run of before holds back. */
  readonly blockedByPast: Set<string>;
  /** Task → when it is tried again. */
  readonly retries: Map<string, number>;
  unfinished: number;
  running: number;
}

export function openRun(row: DagRunRow, dag: DagModel, rows: readonly TaskInstanceRow[]): ActiveRun {
  const instances = new Map(rows.map((instance) => [instance.taskId, { ...instance }]));
  const run: ActiveRun = {
    row,
    shape: shapeOf(dag),
    notBefore: earliestMoment({ logicalDate: row.facts.logicalDate, startDate: row.startDate }),
    instances,
    touched: new Set(instances.keys()),
    ready: createReadyTasks(),
    blockedByPast: new Set(),
    retries: new Map(),
    unfinished: 0,
    running: 0,
  };
  for (const instance of instances.values()) count(run, instance, 1);
  return run;
}

/** Every change of an instance goes through here: counts and what looks at the task keep up with it. */
export function changeInstance(run: ActiveRun, taskId: string, change: Partial<TaskInstanceState>): void {
  const instance = run.instances.get(taskId)!;
  count(run, instance, -1);
  Object.assign(instance, change);
  count(run, instance, 1);
  touch(run, taskId);
  for (const id of run.shape.watchers.get(taskId) ?? []) touch(run, id);
}

/** It is not ready until it was judged again: a run that is held meanwhile, by a clock that was put back, starts nothing that has changed. */
function touch(run: ActiveRun, taskId: string): void {
  run.touched.add(taskId);
  run.ready.remove(taskId);
}

function count(run: ActiveRun, { taskId, state, nextTryAt }: TaskInstanceRow, by: 1 | -1): void {
  if (!isFinished(state)) run.unfinished += by;
  if (state === "running" || state === "restarting") run.running += by;
  if (state !== "up_for_retry") return;
  if (by === 1) run.retries.set(taskId, nextTryAt!);
  else run.retries.delete(taskId);
}
