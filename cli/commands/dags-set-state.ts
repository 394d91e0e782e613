// `dagwright dags set-state`: ends a run as successful or failed. Its teardowns still run, as on Airflow's page.

import type { Command } from "../command.ts";
import type { DagsSetStateArgs } from "../set-state.ts";

export const dagsSetState: Command<DagsSetStateArgs> = {
  name: "dags set-state",
  summary: "End a run as failed or successful; what waits is skipped, teardowns still run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: {
    state: {
      type: "string",
      choices: ["success", "failed"],
      default: "failed",
      description: "What the run is to be, and its tasks that run",
    },
  },
  run: async (args, io) => {
    const { setRunState } = await import("../set-state.ts");
    return setRunState(args, io);
  },
};
