// `dagwright pools list`: the pools and their slots. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface PoolsListArgs {
  readonly output: OutputFormat;
}

export const poolsList: Command<PoolsListArgs> = {
  name: "pools list",
  summary: "List the pools and their slots",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { listPools } = await import("../known-pools.ts");
    const { showRows } = await import("../show-rows.ts");
    await showRows(listPools(io), { output, columns: ["pool", "slots", "description"] }, io);
    return 0;
  },
};
