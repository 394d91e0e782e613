// Statements about backfills: what somebody asked for, and how many of its runs may run at the same time.

import type { JsonObject } from "../dag/json.ts";
import { prepare, type Store } from "./open-store.ts";

export const reprocessBehaviors = ["none", "failed", "completed"] as const;
/** Which logical dates that have a run already run again: none, those whose run failed, or all that have ended. */
export type ReprocessBehavior = (typeof reprocessBehaviors)[number];

export interface BackfillRow {
  readonly id: number;
  readonly dagId: string;
  readonly fromDate: string;
  readonly toDate: string;
  readonly conf: JsonObject;
  readonly maxActiveRuns: number;
  readonly reprocessBehavior: ReprocessBehavior;
  readonly runBackwards: boolean;
  readonly createdAt: string;
  readonly completedAt: string | null;
}

export type NewBackfill = Omit<BackfillRow, "id" | "completedAt">;

export function createBackfill(store: Store, backfill: NewBackfill): number {
  const { lastInsertRowid } = prepare(
    store,
    `INSERT INTO backfill (dag_id, from_date, to_date, conf, max_active_runs, reprocess_behavior, run_backwards, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    backfill.dagId,
    backfill.fromDate,
    backfill.toDate,
    JSON.stringify(backfill.conf),
    backfill.maxActiveRuns,
    backfill.reprocessBehavior,
    Number(backfill.runBackwards),
    backfill.createdAt,
  );
  return Number(lastInsertRowid);
}

export function completeBackfill(store: Store, backfill: number, completedAt: string): void {
  prepare(store, "UPDATE backfill SET completed_at = ? WHERE id = ? AND completed_at IS NULL").run(
    completedAt,
    backfill,
  );
}

export function readOpenBackfills(store: Store): BackfillRow[] {
  const rows = prepare(store, "SELECT * FROM backfill WHERE completed_at IS NULL ORDER BY id").all() as Row[];
  return rows.map(toRow);
}

export function findBackfill(store: Store, backfill: number): BackfillRow | undefined {
  const row = prepare(store, "SELECT * FROM backfill WHERE id = ?").get(backfill) as Row | undefined;
  return row && toRow(row);
}

export function hasOpenBackfill(store: Store, dagId: string): boolean {
  const find = prepare(store, "SELECT 1 FROM backfill WHERE dag_id = ? AND completed_at IS NULL LIMIT 1");
  return find.get(dagId) !== undefined;
}

interface Row {
  readonly id: number;
  readonly dag_id: string;
  readonly from_date: string;
  readonly to_date: string;
  readonly conf: string;
  readonly max_active_runs: number;
  readonly reprocess_behavior: ReprocessBehavior;
  readonly run_backwards: number;
  readonly created_at: string;
  readonly completed_at: string | null;
}

function toRow(row: Row): BackfillRow {
  return {
    id: row.id,
    dagId: row.dag_id,
    fromDate: row.from_date,
    toDate: row.to_date,
    conf: JSON.parse(row.conf) as JsonObject,
    maxActiveRuns: row.max_active_runs,
    reprocessBehavior: row.reprocess_behavior,
    runBackwards: row.run_backwards === 1,
    createdAt: row.created_at,
    completedAt: row.completed_at,
  };
}
