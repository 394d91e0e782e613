// Statements about XComs. A null return value is none, as in Airflow; a null that a task set under another name is one.

import type { JsonObject, JsonValue } from "../dag/json.ts";
import { prepare, type Store } from "./open-store.ts";

export const returnValueKey = "return_value";

export interface XComOwner {
  /** The store's number of the run. */
  readonly run: number;
  readonly taskId: string;
}

export function writeXComs(store: Store, { run, taskId }: XComOwner, xcoms: JsonObject): void {
  const insert = prepare(store, "INSERT OR REPLACE INTO xcom (run, task_id, key, value) VALUES (?, ?, ?, ?)");
  for (const [key, value] of Object.entries(xcoms)) {
    if (value !== null || key !== returnValueKey) insert.run(run, taskId, key, JSON.stringify(value));
  }
}

/** Null where the task left none. */
export function readXCom(store: Store, { run, taskId, key }: XComOwner & { readonly key: string }): JsonValue {
  const row = prepare(store, "SELECT value FROM xcom WHERE run = ? AND task_id = ? AND key = ?").get(
    run,
    taskId,
    key,
  ) as { value: string } | undefined;
  return row ? (JSON.parse(row.value) as JsonValue) : null;
}

/** Task id → key → value. */
export function readAllXComs(store: Store, run: number): Record<string, Record<string, JsonValue>> {
  const rows = prepare(store, "SELECT task_id, key, value FROM xcom WHERE run = ?").all(run) as {
    task_id: string;
    key: string;
    value: string;
  }[];
  const xcoms: Record<string, Record<string, JsonValue>> = {};
  for (const { task_id, key, value } of rows) {
    xcoms[task_id] ??= {};
    xcoms[task_id][key] = JSON.parse(value) as JsonValue;
  }
  return xcoms;
}
