// A dag run by what Airflow's commands take for it: its id, or its logical date.

import { airflowTime } from "../runtime/dag/airflow-time.ts";
import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import { type DagRunRow, findDagRun, findDagRunOfDate } from "../runtime/store/dag-runs.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { readTaskInstances, type TaskInstanceRow } from "../runtime/store/task-instances.ts";
import { getDagRun } from "./get-dag-run.ts";
import { findMoment } from "./manual-run.ts";

/** @throws KnownError naming the nearest and the newest ones. */
export function getNamedRun(store: Store, dagId: string, named: string): DagRunRow {
  return findNamedRun(store, dagId, named) ?? getDagRun(store, dagId, named);
}

export function findNamedRun(store: Store, dagId: string, named: string): DagRunRow | undefined {
  const run = findDagRun(store, dagId, named);
  if (run) return run;
  const date = findMoment(named);
  return date && findDagRunOfDate(store, dagId, airflowTime(date));
}

/** @throws KnownError naming the tasks of the run. */
export function getTaskInstance(store: Store, run: DagRunRow, taskId: string): TaskInstanceRow {
  const tasks = readTaskInstances(store, run.id);
  const task = tasks.find((row) => row.taskId === taskId);
  if (task) return task;
  const ids = tasks.map((row) => row.taskId);
  throw new KnownError({
    what: "there is no such task",
    where: `run ${run.facts.id} of DAG ${run.dagId}`,
    found: `${JSON.stringify(taskId)}${didYouMean(taskId, ids)}`,
    remedy: `It has: ${ids.join(", ")}`,
    isRetryable: false,
  });
}

/** What no scheduler goes on with cannot be changed by hand. @throws KnownError */
export function refuseTestRun({ isTest, facts, dagId }: DagRunRow): void {
  if (!isTest) return;
  throw new KnownError({
    what: "a run of `dags test` is not changed",
    where: `DAG ${dagId}`,
    found: facts.id,
    remedy: `Run it anew: npx dagwright dags test ${dagId}`,
    isRetryable: false,
  });
}
