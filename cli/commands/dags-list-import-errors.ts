// `dagwright dags list-import-errors`: the DAG files that define nothing that can run, and why. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface DagsListImportErrorsArgs {
  readonly output: OutputFormat;
}

export const dagsListImportErrors: Command<DagsListImportErrorsArgs> = {
  name: "dags list-import-errors",
  summary: "List DAG files that cannot be run, and why; exit 1 when there are any",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { findImportErrors } = await import("../import-errors.ts");
    const { showRows } = await import("../show-rows.ts");
    const errors = await findImportErrors(io);
    await showRows(errors, { output, columns: ["filepath", "error"] }, io);
    return errors.length === 0 ? 0 : 1;
  },
};
