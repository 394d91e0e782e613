// A real store in memory, whose schedulers may die beside every commit. What commands write goes by the same statements, and is never cut short.

import { migrations } from "../../runtime/store/migrations.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { loadSqlite } from "../../runtime/store/sqlite.ts";
import type { Boundaries } from "./boundaries.ts";
import { guards } from "./invariants.ts";

const Sqlite = loadSqlite();
let template: Buffer | undefined;

/** Brought up to date once; each simulation has a copy. */
function emptyStore(): Buffer {
  if (template !== undefined) return template;
  const store = new Sqlite(":memory:");
  for (const migration of migrations) store.exec(migration);
  store.function("simulated_now", () => 0);
  store.exec(guards);
  template = store.serialize();
  return template;
}

export interface SimulatedStore {
  readonly store: Store;
  /** What is written by this function is not the scheduler's. */
  asCommand<T>(write: () => T): T;
}

export interface StoreOptions {
  readonly boundaries: Boundaries;
  readonly clock: () => number;
  readonly refusesWrite: () => boolean;
}

export function createStore({ boundaries, clock, refusesWrite }: StoreOptions): SimulatedStore {
  const store = new Sqlite(emptyStore());
  store.function("simulated_now", clock);
  store.pragma("synchronous = OFF");
  let isCommand = false;
  const begin = store.transaction.bind(store);
  const transaction = (work: () => unknown) => {
    const immediate = () => {
      if (isCommand || store.inTransaction) return begin(work).immediate();
      const result = begin(() => {
        const done = work();
        if (refusesWrite()) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
        boundaries.pass("before commit");
        return done;
      }).immediate();
      boundaries.pass("after commit");
      return result;
    };
    return { immediate };
  };
  Object.defineProperty(store, "transaction", { value: transaction });
  const asCommand = <T>(write: () => T) => {
    isCommand = true;
    store.exec("INSERT INTO by_hand VALUES (1)");
    try {
      return write();
    } finally {
      store.exec("DELETE FROM by_hand");
      isCommand = false;
    }
  };
  return { store, asCommand };
}
