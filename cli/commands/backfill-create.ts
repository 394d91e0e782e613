// `dagwright backfill create`: runs of past logical dates. Airflow's command of that name.

import type { Command } from "../command.ts";
import type { BackfillCreateArgs } from "../create-backfill.ts";
import { outputOption } from "../output-option.ts";

export const backfillCreate: Command<BackfillCreateArgs> = {
  name: "backfill create",
  summary: "Run a DAG for past dates of its schedule",
  options: {
    dagId: { type: "string", description: "The DAG; required" },
    fromDate: { type: "string", description: "The first logical date that there may be; required" },
    toDate: { type: "string", description: "The last logical date that there may be; required" },
    dagRunConf: { type: "string", description: "Values for the DAG's params, as a JSON object" },
    runBackwards: { type: "boolean", default: false, description: "The latest date first" },
    maxActiveRuns: { type: "number", description: "Runs of it at the same time; default: 10" },
    reprocessBehavior: {
      type: "string",
      choices: ["none", "failed", "completed"],
      description: "Which dates that have a run already run again; default: none",
    },
    dryRun: { type: "boolean", default: false, description: "Only show the dates" },
    output: outputOption,
  },
  examples: [
    {
      command: "dagwright backfill create --dag-id report --from-date 2026-01-01 --to-date 2026-01-31 --dry-run",
      description: "The dates of January, without running anything",
    },
  ],
  run: async (args, io) => {
    const { createBackfill } = await import("../create-backfill.ts");
    return createBackfill(args, io);
  },
};
