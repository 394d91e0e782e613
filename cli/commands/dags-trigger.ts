// `dagwright dags trigger`: a queued run, which a scheduler starts. Airflow's command of that name.

import type { Command } from "../command.ts";
import { outputOption } from "../output-option.ts";
import type { DagsTriggerArgs } from "../trigger-dag.ts";

export const dagsTrigger: Command<DagsTriggerArgs> = {
  name: "dags trigger",
  summary: "Queue a run of a DAG for the scheduler",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    runId: { type: "string", alias: "r", description: "The run's id; default: manual__ and the present moment" },
    conf: { type: "string", alias: "c", description: "Values for the DAG's params, as a JSON object" },
    logicalDate: { type: "string", alias: "l", description: "The run's logical date; default: it has none" },
    output: outputOption,
  },
  examples: [
    { command: "dagwright dags trigger report", description: "As soon as the scheduler has room for it" },
    { command: `dagwright dags trigger report -l 2026-01-01 -c '{"limit": 10}'`, description: "For a past day" },
  ],
  run: async (args, io) => {
    const { triggerDag } = await import("../trigger-dag.ts");
    return triggerDag(args, io);
  },
};
