// Clears task instances in the store, in one transaction with the notices that a scheduler acts on, if one runs.

import type { DagModel } from "../dag/model.ts";
import { addTaskInstance, clearTaskInstance, countClear, queueDagRunAgain } from "../store/changes-by-hand.ts";
import type { DagRunRow } from "../store/dag-runs.ts";
import { leaveNotice } from "../store/notices.ts";
import type { Store } from "../store/open-store.ts";
import { readTaskInstances } from "../store/task-instances.ts";
import { type ClearSelection, planClear, type RunClear } from "./plan-clear.ts";

/** A DAG as it is now: what new runs begin with. */
export interface PresentDag {
  readonly model: DagModel;
  readonly definition: string;
  readonly build: string;
}

export interface ClearRequest {
  readonly runs: readonly DagRunRow[];
  readonly selection: ClearSelection;
  readonly present: PresentDag;
  /** Of an unfinished run's build; undefined when that is missing. */
  readonly modelOf: (run: DagRunRow) => DagModel | undefined;
}

/** What `clearTasks` would do now. */
export function planClears(store: Store, { runs, selection, present, modelOf }: ClearRequest): RunClear[] {
  return runs.flatMap((row) => {
    const instances = readTaskInstances(store, row.id);
    const run = { id: row.id, state: row.state, model: modelOf(row) ?? present.model, instances };
    return planClear(run, present.model, selection) ?? [];
  });
}

/** Within a transaction that read the runs. */
export function clearTasks(store: Store, request: ClearRequest, now: number): RunClear[] {
  const plans = planClears(store, request);
  const queuedAt = new Date(now).toISOString();
  for (const { run, isQueuedAgain, cleared, alignment, added } of plans) {
    for (const instance of [...cleared, ...alignment]) clearTaskInstance(store, run, instance);
    for (const task of added) addTaskInstance(store, run, task);
    countClear(store, run, queuedAt);
    if (isQueuedAgain) queueDagRunAgain(store, run, request.present);
    leaveNotice(store, { kind: "dag_run", run });
  }
  return plans;
}
