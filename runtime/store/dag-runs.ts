// Statements about dag runs.

import type { RunFacts } from "../contract.ts";
import type { JsonObject } from "../dag/json.ts";
import type { DagRunState } from "../dag/states.ts";
import type { Store } from "./open-store.ts";

export interface DagRunRow {
  /** The store's own number of the run. */
  readonly id: number;
  readonly dagId: string;
  readonly facts: RunFacts;
  readonly state: DagRunState;
  readonly conf: JsonObject;
  readonly definition: string;
  /** The build's folder: a run keeps the one that it began with. */
  readonly build: string;
  readonly startDate: string;
  readonly endDate: string | null;
}

export type NewDagRun = Omit<DagRunRow, "id" | "state" | "endDate"> & { readonly taskIds: readonly string[] };

/** The run and its task instances, all in state `none`, in one transaction. */
export function createDagRun(store: Store, run: NewDagRun): number {
  const insertRun = store.prepare(`
    INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after, conf,
      definition, build, start_date)
    VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertTask = store.prepare("INSERT INTO task_instance (run, task_id, state) VALUES (?, ?, 'none')");
  const insert = store.transaction(() => {
    const { facts } = run;
    const { lastInsertRowid } = insertRun.run(
      run.dagId,
      facts.id,
      facts.type,
      facts.logicalDate,
      facts.dataIntervalStart,
      facts.dataIntervalEnd,
      facts.runAfter,
      JSON.stringify(run.conf),
      run.definition,
      run.build,
      run.startDate,
    );
    for (const taskId of run.taskIds) insertTask.run(lastInsertRowid, taskId);
    return Number(lastInsertRowid);
  });
  return insert.immediate();
}

export interface FinishedDagRun {
  readonly state: DagRunState;
  readonly endDate: string;
}

export function finishDagRun(store: Store, run: number, { state, endDate }: FinishedDagRun): void {
  store
    .prepare("UPDATE dag_run SET state = ?, end_date = ? WHERE id = ? AND state = 'running'")
    .run(state, endDate, run);
}

/** The newest run of a DAG, or the one with this id. */
export function findDagRun(store: Store, dagId: string, runId?: string): DagRunRow | undefined {
  const row = store
    .prepare("SELECT * FROM dag_run WHERE dag_id = ? AND (? IS NULL OR run_id = ?) ORDER BY id DESC LIMIT 1")
    .get(dagId, runId ?? null, runId ?? null) as Record<string, string | number | null> | undefined;
  if (!row) return undefined;
  return {
    id: row["id"] as number,
    dagId,
    facts: {
      id: row["run_id"] as string,
      type: row["run_type"] as string,
      logicalDate: row["logical_date"] as string | null,
      dataIntervalStart: row["data_interval_start"] as string | null,
      dataIntervalEnd: row["data_interval_end"] as string | null,
      runAfter: row["run_after"] as string,
    },
    state: row["state"] as DagRunState,
    conf: JSON.parse(row["conf"] as string) as JsonObject,
    definition: row["definition"] as string,
    build: row["build"] as string,
    startDate: row["start_date"] as string,
    endDate: row["end_date"] as string | null,
  };
}

/** The build folders of runs that began after this moment (ISO 8601) and have not ended. */
export function readUsedBuilds(store: Store, since: string): string[] {
  return store
    .prepare("SELECT DISTINCT build FROM dag_run WHERE state IN ('queued', 'running') AND start_date > ?")
    .pluck()
    .all(since) as string[];
}
