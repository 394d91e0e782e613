// Looks at a store without changing it: none is made, and none is migrated.

import { existsSync } from "node:fs";
import { type JobRow, readRunningJobs } from "./jobs.ts";
import { explainOpenError, refuseNewer, type Store } from "./open-store.ts";
import { loadSqlite } from "./sqlite.ts";

export interface InspectedStore {
  readonly version: number;
}

export interface CheckedStore extends InspectedStore {
  /** What SQLite says of it; empty when it is sound. */
  readonly faults: readonly string[];
}

/** Of many, the first ones say what is wrong. */
const mostFaults = 5;

/** Undefined when there is none. @throws KnownError when it cannot be opened, is no store, or a newer one. */
export function inspectStore(path: string): InspectedStore | undefined {
  return look(path, (_, version) => ({ version }));
}

/** Undefined when there is none. Reads all of it. @throws KnownError when it cannot be opened, is no store, or a newer one. */
export function checkStore(path: string): CheckedStore | undefined {
  return look(path, (store, version) => {
    const rows = store.pragma(`quick_check(${mostFaults})`) as { quick_check: string }[];
    const faults = rows.map(({ quick_check }) => quick_check).filter((fault) => fault !== "ok");
    return { version, faults };
  });
}

/** As `readRunningJobs`, also while another process writes and stands still. Empty when there is no store. */
export function inspectRunningJobs(path: string): JobRow[] {
  return look(path, readRunningJobs) ?? [];
}

function look<Seen>(path: string, see: (store: Store, version: number) => Seen): Seen | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const store = new (loadSqlite())(path, { readonly: true });
    try {
      const version = store.pragma("user_version", { simple: true }) as number;
      refuseNewer(version, path);
      return see(store, version);
    } finally {
      store.close();
    }
  } catch (error) {
    throw explainOpenError(error as Error, path);
  }
}
