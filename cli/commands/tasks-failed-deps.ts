// `dagwright tasks failed-deps`: why a task of a run does not run. Airflow's command of that name, with more reasons.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface TasksFailedDepsArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly logical_date_or_run_id: string;
  readonly output?: OutputFormat;
}

export const tasksFailedDeps: Command<TasksFailedDepsArgs> = {
  name: "tasks failed-deps",
  summary: "Say why a task of a run does not run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: { output: outputOnDemand },
  run: async ({ dag_id, task_id, logical_date_or_run_id, output }, io) => {
    const { openRuns } = await import("../get-dag-run.ts");
    const { getNamedRun, getTaskInstance } = await import("../get-named-run.ts");
    const { findFailedDeps } = await import("../explain-waiting.ts");
    const { createModelReader } = await import("../models-of-runs.ts");
    const { readProjectSettings } = await import("../project-settings.ts");
    const settings = readProjectSettings(io);
    const store = openRuns(io);
    try {
      const run = getNamedRun(store, dag_id, logical_date_or_run_id);
      getTaskInstance(store, run, task_id);
      const modelOf = createModelReader();
      const model = modelOf(run);
      const task = model?.tasks.find(({ id }) => id === task_id);
      if (model === undefined || task === undefined) throw withoutTask(task_id, run.build);
      const found = findFailedDeps(store, { run, model, task, modelOf, settings });
      if (output !== undefined) {
        const { showRows } = await import("../show-rows.ts");
        await showRows(found, { output, columns: ["dep", "reason"] }, io);
        return 0;
      }
      if (found.length === 0) io.stdout("Task instance dependencies are all met.\n");
      else io.stdout("Task instance dependencies not met:\n");
      for (const { dep, reason } of found) io.stdout(`${dep}: ${reason}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};

function withoutTask(taskId: string, build: string): KnownError {
  return new KnownError({
    what: "the build that the run began with is missing, or has no such task",
    where: build,
    found: JSON.stringify(taskId),
    remedy: "Clear the run: it goes on with the DAG as it is now",
    isRetryable: false,
  });
}
