// The tasks of a run that may start as soon as they have a slot: a list for each pool, each in the order in which they would start.

import { effectiveArgs, type TaskModel } from "../dag/model.ts";
import type { DagRunRow } from "../store/dag-runs.ts";
import type { ReadyTask } from "./plan-starts.ts";
import type { RunShape } from "./run-shape.ts";

export interface ReadyTasks {
  readonly lists: ReadonlyMap<string, readonly ReadyTask[]>;
  has(taskId: string): boolean;
  add(task: ReadyTask): void;
  remove(taskId: string): void;
  readonly size: number;
}

export function createReadyTasks(): ReadyTasks {
  const lists = new Map<string, ReadyTask[]>();
  const tasks = new Map<string, ReadyTask>();
  return {
    lists,
    has: (taskId) => tasks.has(taskId),
    add: (task) => {
      if (tasks.has(task.taskId)) return;
      tasks.set(task.taskId, task);
      const list = lists.get(task.pool) ?? [];
      lists.set(task.pool, list);
      list.splice(placeOf(list, task.rank), 0, task);
    },
    remove: (taskId) => {
      const task = tasks.get(taskId);
      if (task === undefined) return;
      tasks.delete(taskId);
      const list = lists.get(task.pool)!;
      list.splice(placeOf(list, task.rank), 1);
      if (list.length === 0) lists.delete(task.pool);
    },
    get size() {
      return tasks.size;
    },
  };
}

export function readyTask(
  row: DagRunRow,
  { dag, ranks, weights }: RunShape,
  task: TaskModel,
  maxActiveTasks: number,
): ReadyTask {
  const { pool, poolSlots, maxActiveTisPerDag } = effectiveArgs(dag, task);
  return {
    run: row.id,
    dagId: row.dagId,
    taskId: task.id,
    weight: weights.get(task.id)!,
    logicalDate: row.facts.logicalDate,
    rank: ranks.get(task.id)!,
    pool,
    poolSlots,
    maxActiveTasks,
    maxActiveTisPerDag: maxActiveTisPerDag ?? null,
  };
}

/** Ranks within a run are unique. */
function placeOf(list: readonly ReadyTask[], rank: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.rank < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
