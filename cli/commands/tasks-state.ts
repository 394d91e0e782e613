// `dagwright tasks state`: the state of one task of a run. Airflow's command of that name.

import type { Command } from "../command.ts";

interface TasksStateArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly logical_date_or_run_id: string;
}

export const tasksState: Command<TasksStateArgs> = {
  name: "tasks state",
  summary: "Print the state of a task of a run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  run: async ({ dag_id, task_id, logical_date_or_run_id }, io) => {
    const { openRuns } = await import("../get-dag-run.ts");
    const { getNamedRun, getTaskInstance } = await import("../get-named-run.ts");
    const store = openRuns(io);
    try {
      const run = getNamedRun(store, dag_id, logical_date_or_run_id);
      io.stdout(`${getTaskInstance(store, run, task_id).state}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};
