// Statements that delete dag runs for good, with their task instances and XComs. One that has not ended is never deleted: a scheduler has it
// in its memory.

import { leaveNotice } from "./notices.ts";
import { prepare, type Store } from "./open-store.ts";

export interface DeletedDagRun {
  readonly dagId: string;
  readonly runId: string;
}

export interface OldDagRuns {
  /** They began before it, ISO 8601 as the store has it. */
  readonly before: string;
  /** Null: of every DAG. */
  readonly dagIds: readonly string[] | null;
  readonly exceptDagIds: readonly string[];
  /** So many of the latest runs of each DAG stay. */
  readonly keepLast: number;
}

/**
 * Ended runs that began before a moment, the oldest first: but for the latest one of each DAG that no person started, from which its
 * schedule goes on, and its latest runs of all, if any are to be kept. Source: dag_run in airflow/utils/db_cleanup.py of Airflow 3.3.
 */
export function findOldDagRuns(store: Store, { before, dagIds, exceptDagIds, keepLast }: OldDagRuns): number[] {
  const find = prepare(
    store,
    `WITH ranked AS (
      SELECT id, dag_id, state, coalesce(start_date, queued_at) AS began,
        row_number() OVER (PARTITION BY dag_id ORDER BY run_after DESC, id DESC) AS place,
        row_number() OVER (PARTITION BY dag_id, NOT is_test AND run_type IN ('scheduled', 'backfill') ORDER BY logical_date DESC) AS place_of_kind,
        NOT is_test AND run_type IN ('scheduled', 'backfill') AS is_automated
      FROM dag_run
    )
    SELECT id FROM ranked
    WHERE state IN ('success', 'failed') AND began < ? AND place > ? AND NOT (is_automated AND place_of_kind = 1)
      AND (? IS NULL OR dag_id IN (SELECT value FROM json_each(?))) AND dag_id NOT IN (SELECT value FROM json_each(?))
    ORDER BY began, id`,
  );
  const wanted = dagIds === null ? null : JSON.stringify(dagIds);
  return find.pluck().all(before, keepLast, wanted, wanted, JSON.stringify(exceptDagIds)) as number[];
}

/** Those of them that still are there, and have ended. A scheduler hears of their DAGs: one of them may have held back a later run. */
export function deleteEndedDagRuns(store: Store, runs: readonly number[]): DeletedDagRun[] {
  const remove = () => {
    const statement = prepare(
      store,
      `DELETE FROM dag_run WHERE id IN (SELECT value FROM json_each(?)) AND state IN ('success', 'failed')
      RETURNING dag_id AS dagId, run_id AS runId`,
    );
    const deleted = statement.all(JSON.stringify(runs)) as DeletedDagRun[];
    for (const dagId of new Set(deleted.map((run) => run.dagId))) leaveNotice(store, { kind: "dag", dagId });
    return deleted;
  };
  return store.transaction(remove).immediate();
}

export interface DeletedDag {
  readonly runs: readonly DeletedDagRun[];
  /** Rows of every kind. */
  readonly records: number;
}

/** Everything of a DAG's past, and a DAG that is stale itself. */
export function deleteDag(store: Store, dagId: string): DeletedDag {
  const count = (sql: string) => prepare(store, sql).pluck().get(dagId) as number;
  const below = (table: string) =>
    count(`SELECT count(*) FROM ${table} WHERE run IN (SELECT id FROM dag_run WHERE dag_id = ?)`);
  const dependent = below("task_instance") + below("xcom");
  const runs = prepare(store, "DELETE FROM dag_run WHERE dag_id = ? RETURNING dag_id AS dagId, run_id AS runId").all(
    dagId,
  );
  const backfills = prepare(store, "DELETE FROM backfill WHERE dag_id = ?").run(dagId).changes;
  const dags = prepare(store, "DELETE FROM dag WHERE dag_id = ? AND is_stale").run(dagId).changes;
  return { runs: runs as DeletedDagRun[], records: dependent + runs.length + backfills + dags };
}

export interface UnfinishedRuns {
  /** One of `dags test` that began before it (ISO 8601) does not count. */
  readonly testsSince: string;
  readonly limit: number;
}

/** Ids of a DAG's runs that have not ended, oldest first. */
export function readUnfinishedRunIds(store: Store, dagId: string, { testsSince, limit }: UnfinishedRuns): string[] {
  const find = prepare(
    store,
    `SELECT run_id FROM dag_run WHERE dag_id = ? AND state IN ('queued', 'running') AND (NOT is_test OR queued_at > ?)
    ORDER BY id LIMIT ?`,
  );
  return find.pluck().all(dagId, testsSince, limit) as string[];
}
