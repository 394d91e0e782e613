// Whether the run of before lets a task start: `dependsOnPast` and `waitForDownstream`. Source:
// airflow/ti_deps/deps/prev_dagrun_dep.py of Airflow 3.3.

import { dagDates } from "../dag/dag-dates.ts";
import { effectiveArgs, type TaskModel } from "../dag/model.ts";
import type { TaskState } from "../dag/states.ts";
import { findPreviousDagRun } from "../store/dag-runs.ts";
import { hasEarlierTaskInstance, readTaskInstances } from "../store/task-instances.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Memory } from "./memory.ts";
import type { World } from "./world.ts";

export function isPastMet(
  { world: { store }, memory }: { readonly world: Pick<World, "store">; readonly memory: Pick<Memory, "runs"> },
  { row, shape: { dag, graph } }: Pick<ActiveRun, "row" | "shape">,
  task: TaskModel,
): boolean {
  const { dependsOnPast, waitForDownstream, ignoreFirstDependsOnPast } = effectiveArgs(dag, task);
  if (!dependsOnPast && !waitForDownstream) return true;
  const { logicalDate } = row.facts;
  // The first run of a backfill depends on nothing, and without a logical date there is no past.
  if (row.sortOrdinal === 1 || logicalDate === null) return true;
  const { dagId } = row;
  const previous = findPreviousDagRun(store, { dagId, logicalDate, isScheduled: dag.catchup });
  if (previous === undefined) return true;
  const start = dagDates(dag).startDate;
  if (dag.catchup && start !== null && Date.parse(previous.facts.logicalDate!) < start) return true;

  const states: ReadonlyMap<string, TaskState> = new Map(
    [...(memory.runs.get(previous.id)?.instances.values() ?? readTaskInstances(store, previous.id))].map(
      ({ taskId, state }) => [taskId, state],
    ),
  );
  if (!states.has(task.id)) {
    return ignoreFirstDependsOnPast && !hasEarlierTaskInstance(store, { dagId, taskId: task.id, logicalDate });
  }
  const isGood = (taskId: string) => ["success", "skipped"].includes(states.get(taskId) ?? "success");
  return isGood(task.id) && (!waitForDownstream || graph.downstream.get(task.id)!.every(isGood));
}
