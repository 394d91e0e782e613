// `dagwright pools get`: one pool. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface PoolsGetArgs {
  readonly pool: string;
  readonly output: OutputFormat;
}

export const poolsGet: Command<PoolsGetArgs> = {
  name: "pools get",
  summary: "Show one pool",
  arguments: [{ name: "pool", description: "The pool", required: true }],
  options: { output: outputOption },
  run: async ({ pool: name, output }, io) => {
    const { listPools, noSuchPool } = await import("../known-pools.ts");
    const { showRows } = await import("../show-rows.ts");
    const pools = listPools(io);
    const found = pools.filter(({ pool }) => pool === name);
    if (found.length === 0) throw noSuchPool(name, pools);
    await showRows(found, { output, columns: ["pool", "slots", "description"] }, io);
    return 0;
  },
};
