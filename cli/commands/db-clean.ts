// `dagwright db clean`: old records, for good. Airflow's command of that name; it archives nothing.

import type { DbCleanArgs } from "../clean-store.ts";
import type { Command } from "../command.ts";
import { yesOption } from "../confirm.ts";
import { outputOption } from "../output-option.ts";

export const dbClean: Command<DbCleanArgs> = {
  name: "db clean",
  summary: "Delete old runs with their logs, old import errors and jobs",
  options: {
    cleanBeforeTimestamp: { type: "string", description: "What began before this moment; without an offset UTC" },
    tables: { type: "string", alias: "t", description: "Of dag_run, import_error, job, with commas; default: all" },
    dagIds: { type: "string", description: "Only runs of these DAGs, with commas" },
    excludeDagIds: { type: "string", description: "No runs of these DAGs, with commas" },
    keepLast: { type: "number", default: 0, description: "So many of the latest runs of each DAG stay" },
    batchSize: { type: "number", default: 100, description: "Runs that are deleted in one transaction" },
    dryRun: { type: "boolean", default: false, description: "Only count" },
    vacuum: {
      type: "boolean",
      default: false,
      description: "Give the space back to the disk; no scheduler may be alive",
    },
    yes: yesOption,
    output: outputOption,
  },
  examples: [
    {
      command: "dagwright db clean --clean-before-timestamp 2026-01-01 --dry-run",
      description: "How much it would be",
    },
  ],
  run: async (args, io) => {
    const { cleanStore } = await import("../clean-store.ts");
    return cleanStore(args, io);
  },
};
