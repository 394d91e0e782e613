// `dagwright pools delete`: tasks that name the pool then wait for it to be made again. Airflow's command of that name.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

interface PoolsDeleteArgs {
  readonly pool: string;
}

export const poolsDelete: Command<PoolsDeleteArgs> = {
  name: "pools delete",
  summary: "Delete a pool",
  arguments: [{ name: "pool", description: "The pool", required: true }],
  run: async ({ pool }, io) => {
    const { defaultPool, deletePool } = await import("../../runtime/store/pools.ts");
    const { listPools, noSuchPool } = await import("../known-pools.ts");
    const { lookIntoStore } = await import("../with-store.ts");
    if (pool === defaultPool) {
      throw new KnownError({
        what: "the default pool cannot be deleted",
        where: "pools delete",
        found: JSON.stringify(pool),
        remedy: `Give it other slots: npx dagwright pools set ${defaultPool} SLOTS DESCRIPTION`,
        isRetryable: false,
      });
    }
    if (!lookIntoStore(io, false, (store) => deletePool(store, pool))) throw noSuchPool(pool, listPools(io));
    io.stdout(`Pool ${pool} deleted\n`);
    return 0;
  },
};
