// Statements about dag runs.

import type { RunFacts } from "../contract.ts";
import type { JsonObject } from "../dag/json.ts";
import type { DagRunState } from "../dag/states.ts";
import { prepare, type Store } from "./open-store.ts";

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
  /** One of `dags test`: the process that shows it runs it, and no scheduler knows it. */
  readonly isTest: boolean;
  readonly backfill: number | null;
  /** Its place in its backfill, from 1. */
  readonly sortOrdinal: number | null;
  readonly queuedAt: string;
  /** Null while it is queued. */
  readonly startDate: string | null;
  readonly endDate: string | null;
}

export interface NewDagRun
  extends Pick<DagRunRow, "dagId" | "facts" | "conf" | "definition" | "build" | "isTest" | "queuedAt"> {
  readonly backfill?: number;
  readonly sortOrdinal?: number;
  /** Of one of `dags test`: the process that runs it. */
  readonly tester?: Tester;
  readonly tasks: readonly NewTaskInstance[];
}

export interface Tester {
  readonly pid: number;
  readonly hostname: string;
}

export interface NewTaskInstance {
  readonly id: string;
  readonly retries: number;
}

/**
 * The run and its task instances, all in state `none`, in one transaction. One of `dags test` is running at once, any other is queued.
 * Undefined, and nothing written, when the DAG has a run of that id or that logical date.
 */
export function createDagRun(store: Store, run: NewDagRun): number | undefined {
  const insert = store.transaction(() => {
    const { facts, isTest } = run;
    const { changes, lastInsertRowid } = prepare(
      store,
      `INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end, run_after, conf,
        definition, build, is_test, backfill, sort_ordinal, queued_at, start_date, test_pid, test_hostname)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING`,
    ).run(
      run.dagId,
      facts.id,
      facts.type,
      isTest ? "running" : "queued",
      facts.logicalDate,
      facts.dataIntervalStart,
      facts.dataIntervalEnd,
      facts.runAfter,
      JSON.stringify(run.conf),
      run.definition,
      run.build,
      Number(isTest),
      run.backfill ?? null,
      run.sortOrdinal ?? null,
      run.queuedAt,
      isTest ? run.queuedAt : null,
      run.tester?.pid ?? null,
      run.tester?.hostname ?? null,
    );
    if (changes === 0) return undefined;
    const insertTask = prepare(
      store,
      "INSERT INTO task_instance (run, task_id, state, max_tries) VALUES (?, ?, 'none', ?)",
    );
    for (const { id, retries } of run.tasks) insertTask.run(lastInsertRowid, id, retries);
    return Number(lastInsertRowid);
  });
  return insert.immediate();
}

export function startDagRun(store: Store, run: number, startDate: string): void {
  prepare(store, "UPDATE dag_run SET state = 'running', start_date = ? WHERE id = ? AND state = 'queued'").run(
    startDate,
    run,
  );
}

export interface FinishedDagRun {
  readonly state: DagRunState;
  readonly endDate: string;
}

export function finishDagRun(store: Store, run: number, { state, endDate }: FinishedDagRun): void {
  prepare(store, "UPDATE dag_run SET state = ?, end_date = ? WHERE id = ? AND state = 'running'").run(
    state,
    endDate,
    run,
  );
}

/** The newest run of a DAG, or the one with this id. */
export function findDagRun(store: Store, dagId: string, runId?: string): DagRunRow | undefined {
  return readRows(
    store,
    "WHERE dag_id = ? AND (? IS NULL OR run_id = ?) ORDER BY id DESC LIMIT 1",
    dagId,
    runId ?? null,
    runId ?? null,
  )[0];
}

export function findDagRunByNumber(store: Store, run: number): DagRunRow | undefined {
  return readRows(store, "WHERE id = ?", run)[0];
}

/** Those of schedulers, oldest first. */
export function readUnfinishedDagRuns(store: Store): DagRunRow[] {
  return readRows(store, "WHERE state IN ('queued', 'running') AND NOT is_test ORDER BY id");
}

/** Newest first; of one DAG, without those of `dags test`. Only tests ask: what a scheduler did, in the order in which it did it. */
export function readDagRuns(store: Store, dagId: string): DagRunRow[] {
  return readRows(store, "WHERE dag_id = ? AND NOT is_test ORDER BY id DESC", dagId);
}

export interface DagRunFilter {
  readonly state?: DagRunState;
  readonly withoutBackfills: boolean;
  /** Of the logical date, both included, as the store has it; a run without one is in no such range. */
  readonly from?: string;
  readonly to?: string;
  /** Default: none. */
  readonly limit?: number;
}

/** Of one DAG, those of `dags test`, too; the latest first. */
export function findDagRuns(store: Store, dagId: string, filter: DagRunFilter): DagRunRow[] {
  const { state = null, withoutBackfills, from = null, to = null, limit = -1 } = filter;
  return readRows(
    store,
    `WHERE dag_id = ? AND (? IS NULL OR state = ?) AND (? = 0 OR run_type <> 'backfill') AND (? IS NULL OR logical_date >= ?)
      AND (? IS NULL OR logical_date <= ?) ORDER BY run_after DESC, id DESC LIMIT ?`,
    ...[dagId, state, state, Number(withoutBackfills), from, from, to, to, limit],
  );
}

/** The newest one: `dags test` may have several. */
export function findDagRunOfDate(store: Store, dagId: string, logicalDate: string): DagRunRow | undefined {
  return readRows(store, "WHERE dag_id = ? AND logical_date = ? ORDER BY id DESC LIMIT 1", dagId, logicalDate)[0];
}

/**
 * The run that a task which depends on the past looks at: the last one before this logical date. Source: DagRun.get_previous_dagrun and
 * get_previous_scheduled_dagrun of Airflow 3.3.
 */
export function findPreviousDagRun(
  store: Store,
  { dagId, logicalDate, isScheduled }: { dagId: string; logicalDate: string; isScheduled: boolean },
): DagRunRow | undefined {
  return readRows(
    store,
    `WHERE dag_id = ? AND logical_date < ? AND NOT is_test AND (? = 0 OR run_type <> 'manual') ORDER BY logical_date DESC LIMIT 1`,
    dagId,
    logicalDate,
    Number(isScheduled),
  )[0];
}

/** Of the run that a schedule goes on from: the latest one that no person started. */
export function findLastAutomatedDagRun(store: Store, dagId: string): DagRunRow | undefined {
  return readRows(
    store,
    // They all have a logical date; said so that its index is used.
    `WHERE dag_id = ? AND logical_date IS NOT NULL AND NOT is_test AND run_type IN ('scheduled', 'backfill')
    ORDER BY logical_date DESC LIMIT 1`,
    dagId,
  )[0];
}

/** The states of a DAG's latest runs, newest first, whether they have ended or not. */
export function readLastStates(store: Store, dagId: string, limit: number): DagRunState[] {
  return prepare(
    store,
    "SELECT state FROM dag_run WHERE dag_id = ? AND NOT is_test ORDER BY run_after DESC, id DESC LIMIT ?",
  )
    .pluck()
    .all(dagId, limit) as DagRunState[];
}

export function hasUnfinishedDagRuns(store: Store, backfill: number): boolean {
  const find = prepare(store, "SELECT 1 FROM dag_run WHERE backfill = ? AND state IN ('queued', 'running') LIMIT 1");
  return find.get(backfill) !== undefined;
}

/**
 * The build folders of all DAGs, as new runs begin with them, and of runs that have not ended; of those of `dags test` only where they began
 * after this moment (ISO 8601).
 */
export function readUsedBuilds(store: Store, since: string): string[] {
  return prepare(
    store,
    `SELECT DISTINCT build FROM dag_run WHERE state IN ('queued', 'running') AND (NOT is_test OR queued_at > ?)
    UNION SELECT build FROM dag`,
  )
    .pluck()
    .all(since) as string[];
}

/** Of one DAG, the newest first. */
export function readNewestRunIds(store: Store, dagId: string, limit: number): string[] {
  const find = prepare(store, "SELECT run_id FROM dag_run WHERE dag_id = ? ORDER BY id DESC LIMIT ?");
  return find.pluck().all(dagId, limit) as string[];
}

/** Of every DAG that was ever run. */
export function readDagIdsOfRuns(store: Store): string[] {
  return prepare(store, "SELECT DISTINCT dag_id FROM dag_run ORDER BY dag_id").pluck().all() as string[];
}

function readRows(store: Store, where: string, ...values: readonly (string | number | null)[]): DagRunRow[] {
  const rows = prepare(store, `SELECT * FROM dag_run ${where}`).all(...values);
  return (rows as Record<string, string | number | null>[]).map(toRow);
}

function toRow(row: Record<string, string | number | null>): DagRunRow {
  return {
    id: row["id"] as number,
    dagId: row["dag_id"] as string,
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
    isTest: row["is_test"] === 1,
    backfill: row["backfill"] as number | null,
    sortOrdinal: row["sort_ordinal"] as number | null,
    queuedAt: row["queued_at"] as string,
    startDate: row["start_date"] as string | null,
    endDate: row["end_date"] as string | null,
  };
}
