// Statements about pools. The default pool has a row once somebody has set it.

import { leaveNotice } from "./notices.ts";
import { prepare, type Store } from "./open-store.ts";

/** There always is one of that name; its slots are the settings' until somebody stores it. */
export const defaultPool = "default_pool";

export interface PoolRow {
  readonly pool: string;
  /** -1: without limit. */
  readonly slots: number;
  readonly description: string;
}

export function readPools(store: Store): PoolRow[] {
  return prepare(store, "SELECT pool, slots, description FROM pool ORDER BY pool").all() as PoolRow[];
}

export function writePool(store: Store, { pool, slots, description }: PoolRow): void {
  const write = store.transaction(() => {
    prepare(
      store,
      `INSERT INTO pool (pool, slots, description) VALUES (?, ?, ?)
      ON CONFLICT (pool) DO UPDATE SET slots = excluded.slots, description = excluded.description`,
    ).run(pool, slots, description);
    leaveNotice(store, { kind: "pool" });
  });
  write.immediate();
}

/** False when there is none of that name. */
export function deletePool(store: Store, pool: string): boolean {
  const remove = store.transaction(() => {
    const { changes } = prepare(store, "DELETE FROM pool WHERE pool = ?").run(pool);
    if (changes > 0) leaveNotice(store, { kind: "pool" });
    return changes > 0;
  });
  return remove.immediate();
}
