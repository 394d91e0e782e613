// `dagwright pools export`: the pools as a file that Airflow imports. Airflow's command of that name.

import type { Command } from "../command.ts";

interface PoolsExportArgs {
  readonly file: string;
}

export const poolsExport: Command<PoolsExportArgs> = {
  name: "pools export",
  summary: "Write the pools into a JSON file",
  arguments: [{ name: "file", description: "The file; - is stdout", required: true }],
  run: async ({ file }, io) => {
    const { writeJsonFile } = await import("../airflow-json.ts");
    const { listPools } = await import("../known-pools.ts");
    const { toPoolFile } = await import("../pool-files.ts");
    const pools = listPools(io);
    const isStdout = writeJsonFile(file, toPoolFile(pools), io);
    (isStdout ? io.stderr : io.stdout)(`${isStdout ? "\n" : ""}Exported ${pools.length} pools to ${file}\n`);
    return 0;
  },
};
