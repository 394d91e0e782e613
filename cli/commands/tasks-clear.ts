// `dagwright tasks clear`: lets task instances run again, and their runs with them. Airflow's command of that name.

import type { TasksClearArgs } from "../clear-tasks.ts";
import type { Command } from "../command.ts";
import { yesOption } from "../confirm.ts";

export const tasksClear: Command<TasksClearArgs> = {
  name: "tasks clear",
  summary: "Let tasks of runs run again",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    taskRegex: { type: "string", alias: "t", description: "Only tasks whose id matches; default: all" },
    startDate: { type: "string", alias: "s", description: "Only runs whose logical date is not before" },
    endDate: { type: "string", alias: "e", description: "Only runs whose logical date is not after" },
    runId: { type: "string", description: "Only this run, by its id or its logical date" },
    upstream: { type: "boolean", alias: "u", default: false, description: "And what is upstream of the tasks" },
    downstream: { type: "boolean", alias: "d", default: false, description: "And what is downstream of the tasks" },
    onlyFailed: { type: "boolean", alias: "f", default: false, description: "Of these only failed ones" },
    onlyRunning: { type: "boolean", alias: "r", default: false, description: "Of these only running ones" },
    yes: yesOption,
    confirm: { type: "string", description: "The DAG's id, for one that is destructive" },
  },
  examples: [
    { command: "dagwright tasks clear report -f -s 2026-01-01", description: "What has failed this year" },
    { command: "dagwright tasks clear report -t ^load_ -d", description: "Some tasks, and all after them" },
  ],
  run: async (args, io) => {
    const { clearTaskInstances } = await import("../clear-tasks.ts");
    return clearTaskInstances(args, io);
  },
};
