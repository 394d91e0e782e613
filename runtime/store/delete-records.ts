// Statements that delete old import errors and jobs. A moment is ISO 8601, as the store has it.

import { prepare, type Store } from "./open-store.ts";

const oldImportErrors = "FROM import_error WHERE timestamp < ?";
/** One that nobody ended, and that was not heard of for a day, has lost its process. */
const oldJobs =
  "FROM job WHERE latest_heartbeat < ? AND (end_date IS NOT NULL OR latest_heartbeat < strftime('%Y-%m-%dT%H:%M:%S', 'now', '-1 day'))";

export function countImportErrors(store: Store, before: string): number {
  return prepare(store, `SELECT count(*) ${oldImportErrors}`).pluck().get(before) as number;
}

export function deleteImportErrors(store: Store, before: string): number {
  return prepare(store, `DELETE ${oldImportErrors}`).run(before).changes;
}

export function countJobs(store: Store, before: string): number {
  return prepare(store, `SELECT count(*) ${oldJobs}`).pluck().get(before) as number;
}

export function deleteJobs(store: Store, before: string): number {
  return prepare(store, `DELETE ${oldJobs}`).run(before).changes;
}
