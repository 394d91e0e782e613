// `dagwright tasks test`: runs one task once, here and now, without what is upstream of it. Airflow's command of that name.

import type { Command } from "../command.ts";
import type { TasksTestArgs } from "../test-task.ts";

export const tasksTest: Command<TasksTestArgs> = {
  name: "tasks test",
  summary: "Run one task once, here and now, without what is upstream of it; nothing is recorded",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    {
      name: "logical_date_or_run_id",
      description: "A logical date, or a run whose values the task takes; default: neither",
      required: false,
    },
  ],
  options: {
    taskParams: { type: "string", alias: "t", description: "Values for the DAG's params, as a JSON object" },
  },
  heedsKill: true,
  run: async (args, io) => {
    const { testTask } = await import("../test-task.ts");
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    warnOfEnvironmentFile(io);
    return testTask(args, io);
  },
};
