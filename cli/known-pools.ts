// The pools that there are: the store's, and the default one, which has its slots from the settings until somebody sets it.

import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { defaultPool, type PoolRow, readPools, writePool } from "../runtime/store/pools.ts";
import type { Io } from "./command.ts";
import { readProjectSettings } from "./project-settings.ts";
import { lookIntoStore } from "./with-store.ts";

/** Sorted by name. */
export function listPools(io: Io): PoolRow[] {
  const slots = readProjectSettings(io).defaultPoolTaskSlotCount;
  const stored = lookIntoStore(io, [], readPools);
  if (stored.some(({ pool }) => pool === defaultPool)) return stored;
  const pools = [...stored, { pool: defaultPool, slots, description: "Default pool" }];
  return pools.sort((left, right) => (left.pool < right.pool ? -1 : 1));
}

export function noSuchPool(pool: string, pools: readonly PoolRow[]): KnownError {
  const names = pools.map((other) => other.pool);
  return new KnownError({
    what: "there is no such pool",
    where: "npx dagwright pools list",
    found: `${JSON.stringify(pool)}${didYouMean(pool, names)}`,
    remedy: `There are: ${names.join(", ")}`,
    isRetryable: false,
  });
}

/** Of Airflow's database. */
const longestName = 256;
const mostSlots = 2_147_483_647;

/** @throws KnownError for a name or a number that no pool can have. */
export function checkPool(pool: PoolRow, where: string): PoolRow {
  const refuse = (found: string, remedy: string) => {
    throw new KnownError({ what: "that cannot be a pool", where, found, remedy, isRetryable: false });
  };
  if (pool.pool.trim() === "") refuse("its name is empty", "Give it one");
  if (pool.pool.length > longestName) refuse(`its name has ${pool.pool.length} signs`, `Use ${longestName} at most`);
  if (!Number.isInteger(pool.slots) || pool.slots < -1 || pool.slots > mostSlots) {
    refuse(`${JSON.stringify(pool.slots)} slots in ${pool.pool}`, "Give a whole number; -1 is no limit");
  }
  return pool;
}

/** All or none. */
export function writePools(store: Store, pools: readonly PoolRow[]): void {
  const write = store.transaction(() => {
    for (const pool of pools) writePool(store, pool);
  });
  write.immediate();
}
