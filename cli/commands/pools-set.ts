// `dagwright pools set`: makes a pool, or changes it; the scheduler heeds it at once. Airflow's command of that name.

import type { Command } from "../command.ts";
import { printable } from "../printable.ts";

interface PoolsSetArgs {
  readonly pool: string;
  readonly slots: string;
  readonly description: string;
}

export const poolsSet: Command<PoolsSetArgs> = {
  name: "pools set",
  summary: "Make a pool, or change it",
  arguments: [
    { name: "pool", description: "The pool", required: true },
    { name: "slots", description: "How many slots it has; -1 is no limit", required: true },
    { name: "description", description: "What it is for", required: true },
  ],
  run: async ({ pool, slots, description }, io) => {
    const { usageError } = await import("../explain-usage.ts");
    const { checkPool, writePools } = await import("../known-pools.ts");
    const { withStore } = await import("../with-store.ts");
    if (!/^-?\d+$/.test(slots)) {
      throw usageError(
        "slots is a whole number",
        "Write dagwright pools set NAME 4 DESCRIPTION",
        JSON.stringify(slots),
      );
    }
    const row = checkPool({ pool, slots: Number(slots), description }, "pools set");
    withStore(io, (store) => writePools(store, [row]));
    io.stdout(`Pool ${printable(pool)} created\n`);
    return 0;
  },
};
