// The pools of an Astro project's `airflow_settings.yaml`: as `astro dev start` puts them into Airflow's database, a scheduler puts into the
// store, when it starts, those that are not there. What is there stays: somebody has set it.

import { airflowSettingsFile, readAirflowSettings } from "../../runtime/airflow-settings.ts";
import type { Store } from "../../runtime/store/open-store.ts";
import { readPools } from "../../runtime/store/pools.ts";
import { checkPool, writePools } from "../known-pools.ts";

/** Returns the names of those that it wrote. @throws KnownError for what cannot be a pool. */
export function takeSettingsPools(store: Store, projectRoot: string): string[] {
  const known = new Set(readPools(store).map(({ pool }) => pool));
  const pools = [...readAirflowSettings(projectRoot).pools].map(([pool, { slots, description }]) =>
    checkPool({ pool, slots, description }, airflowSettingsFile),
  );
  const added = pools.filter(({ pool }) => !known.has(pool));
  if (added.length > 0) writePools(store, added);
  return added.map(({ pool }) => pool);
}
