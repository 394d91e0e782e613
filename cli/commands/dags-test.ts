// `dagwright dags test`: one run of one DAG in the foreground, by the planner and real task processes. Airflow's command of that name.

import type { Command } from "../command.ts";
import type { DagsTestArgs } from "../test-dag.ts";

export const dagsTest: Command<DagsTestArgs> = {
  name: "dags test",
  summary: "Run one DAG once, here and now, and show its tasks",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    {
      name: "logical_date",
      description: "The run's logical date, e.g. 2026-01-01T06:00:00Z; default: now",
      required: false,
    },
  ],
  options: {
    conf: { type: "string", alias: "c", description: "Values for the DAG's params, as a JSON object" },
    retryDelay: { type: "number", description: "Seconds between tries, instead of what the DAG says" },
    json: { type: "boolean", default: false, description: "Print only the result, as JSON" },
  },
  examples: [
    { command: "dagwright dags test hello_world", description: "One run with the logical date now" },
    { command: `dagwright dags test report 2026-01-01 --conf '{"limit": 10}'`, description: "One run of a past day" },
  ],
  heedsKill: true,
  run: async (args, io) => {
    const { testDag } = await import("../test-dag.ts");
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    warnOfEnvironmentFile(io);
    return testDag(args, io);
  },
};
