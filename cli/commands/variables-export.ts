// `dagwright variables export`: the store's variables as a file that Airflow imports. Airflow's command of that name.

import type { Command } from "../command.ts";

interface VariablesExportArgs {
  readonly file: string;
}

export const variablesExport: Command<VariablesExportArgs> = {
  name: "variables export",
  summary: "Write the store's variables into a JSON file",
  arguments: [{ name: "file", description: "The file; - is stdout", required: true }],
  run: async ({ file }, io) => {
    const { readVariables } = await import("../../runtime/store/variables.ts");
    const { writeJsonFile } = await import("../airflow-json.ts");
    const { toVariableFile } = await import("../variable-files.ts");
    const { lookIntoStore } = await import("../with-store.ts");
    const variables = lookIntoStore(io, [], readVariables);
    const isStdout = writeJsonFile(file, toVariableFile(variables), io);
    if (isStdout) io.stderr(`\n${variables.length} Variables successfully exported.\n`);
    else io.stdout(`${variables.length} Variables successfully exported to ${file}.\n`);
    return 0;
  },
};
