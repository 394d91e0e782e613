// `dagwright pools import`: pools from a file into the store, all or none. Airflow's command of that name, with its format.

import type { Command } from "../command.ts";

interface PoolsImportArgs {
  readonly file: string;
}

export const poolsImport: Command<PoolsImportArgs> = {
  name: "pools import",
  summary: "Make the pools of a file, or change them",
  arguments: [{ name: "file", description: "JSON, as Airflow exports it", required: true }],
  run: async ({ file }, io) => {
    const { writePools } = await import("../known-pools.ts");
    const { readPoolFile } = await import("../pool-files.ts");
    const { withStore } = await import("../with-store.ts");
    const pools = readPoolFile(file, io);
    withStore(io, (store) => writePools(store, pools));
    io.stdout(`Uploaded ${pools.length} pool(s)\n`);
    return 0;
  },
};
