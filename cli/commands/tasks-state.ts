// `dagwright tasks state`: the state of one task of a run. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface TasksStateArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly logical_date_or_run_id: string;
  readonly output?: OutputFormat;
}

export const tasksState: Command<TasksStateArgs> = {
  name: "tasks state",
  summary: "Print the state of a task of a run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: { output: outputOnDemand },
  run: async ({ dag_id, task_id, logical_date_or_run_id, output }, io) => {
    const { openRuns } = await import("../get-dag-run.ts");
    const { getNamedRun, getTaskInstance } = await import("../get-named-run.ts");
    const store = openRuns(io);
    try {
      const run = getNamedRun(store, dag_id, logical_date_or_run_id);
      const { state, tryNumber } = getTaskInstance(store, run, task_id);
      if (output !== undefined) {
        const { showRecord } = await import("../show-rows.ts");
        await showRecord({ dag_id, run_id: run.facts.id, task_id, state, try_number: tryNumber }, output, io);
      } else io.stdout(`${state}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};
