// Whether the run of before lets a task start: `dependsOnPast` and `waitForDownstream`. Source:
// airflow/ti_deps/deps/prev_dagrun_dep.py of Airflow 3.3.

import { dagDates } from "../dag/dag-dates.ts";
import { effectiveArgs, type TaskModel } from "../dag/model.ts";
import { type DagRunRow, findPreviousDagRun } from "../store/dag-runs.ts";
import { findTaskState, hasEarlierTaskInstance } from "../store/task-instances.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Memory } from "./memory.ts";
import type { World } from "./world.ts";

/** Run → the run before it, of those that were asked for: nothing of it outlives the creation of a run. */
export type PreviousRuns = Map<number, DagRunRow | undefined>;

export interface Past {
  readonly world: Pick<World, "store">;
  readonly memory: Pick<Memory, "runs">;
  readonly previousRuns: PreviousRuns;
}

export function isPastMet(
  { world: { store }, memory, previousRuns }: Past,
  { row, shape: { dag, graph } }: Pick<ActiveRun, "row" | "shape">,
  task: TaskModel,
): boolean {
  const { dependsOnPast, waitForDownstream, ignoreFirstDependsOnPast } = effectiveArgs(dag, task);
  if (!dependsOnPast && !waitForDownstream) return true;
  const { logicalDate } = row.facts;
  // The first run of a backfill depends on nothing, and without a logical date there is no past.
  if (row.sortOrdinal === 1 || logicalDate === null) return true;
  const { dagId } = row;
  if (!previousRuns.has(row.id)) {
    previousRuns.set(row.id, findPreviousDagRun(store, { dagId, logicalDate, isScheduled: dag.catchup }));
  }
  const previous = previousRuns.get(row.id);
  if (previous === undefined) return true;
  const start = dagDates(dag).startDate;
  if (dag.catchup && start !== null && Date.parse(previous.facts.logicalDate!) < start) return true;

  const run = memory.runs.get(previous.id);
  const stateOf = (taskId: string) =>
    run === undefined ? findTaskState(store, previous.id, taskId) : run.instances.get(taskId)?.state;
  if (stateOf(task.id) === undefined) {
    return ignoreFirstDependsOnPast && !hasEarlierTaskInstance(store, { dagId, taskId: task.id, logicalDate });
  }
  const isGood = (taskId: string) => ["success", "skipped"].includes(stateOf(taskId) ?? "success");
  return isGood(task.id) && (!waitForDownstream || graph.downstream.get(task.id)!.every(isGood));
}
