// `dagwright tasks states-for-dag-run`: the states of all tasks of a run. Airflow's command of that name, with its columns.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface TasksStatesForDagRunArgs {
  readonly dag_id: string;
  readonly logical_date_or_run_id: string;
  readonly output: OutputFormat;
}

export const tasksStatesForDagRun: Command<TasksStatesForDagRunArgs> = {
  name: "tasks states-for-dag-run",
  summary: "List the states of all tasks of a run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: { output: outputOption },
  run: async ({ dag_id, logical_date_or_run_id, output }, io) => {
    const { openRuns } = await import("../get-dag-run.ts");
    const { getNamedRun } = await import("../get-named-run.ts");
    const { createProjectRedactor } = await import("../redact-project.ts");
    const { showRows } = await import("../show-rows.ts");
    const { readTaskInstances } = await import("../../runtime/store/task-instances.ts");
    const redact = createProjectRedactor(io);
    const store = openRuns(io);
    try {
      const run = getNamedRun(store, dag_id, logical_date_or_run_id);
      const rows = readTaskInstances(store, run.id).map((task) => ({
        dag_id: run.dagId,
        logical_date: run.facts.logicalDate,
        task_id: task.taskId,
        state: task.state,
        start_date: task.startDate,
        end_date: task.endDate,
        try_number: task.tryNumber,
        error: task.error === null ? null : redact(task.error),
      }));
      const columns = ["dag_id", "logical_date", "task_id", "state", "start_date", "end_date"] as const;
      await showRows(rows, { output, columns }, io);
      return 0;
    } finally {
      store.close();
    }
  },
};
