// `dagwright tasks set-state`: marks a task of a run. What failed by it downstream runs again, as on Airflow's page.

import type { Command } from "../command.ts";
import type { TasksSetStateArgs } from "../set-state.ts";

export const tasksSetState: Command<TasksSetStateArgs> = {
  name: "tasks set-state",
  summary: "Mark a task of a run as successful, failed or skipped",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: {
    state: {
      type: "string",
      choices: ["success", "failed", "skipped"],
      default: "success",
      description: "What it is to be; a try that runs is ended",
    },
    confirm: { type: "string", description: "The DAG's id, for one that is destructive, when tasks are to run again" },
  },
  run: async (args, io) => {
    const { setTaskState } = await import("../set-state.ts");
    return setTaskState(args, io);
  },
};
