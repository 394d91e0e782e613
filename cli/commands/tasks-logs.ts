// `dagwright tasks logs`: what a task printed, of its newest run or the one named; with -f also what it prints from now on.

import type { Command } from "../command.ts";
import type { TasksLogsArgs } from "../print-log.ts";

export const tasksLogs: Command<TasksLogsArgs> = {
  name: "tasks logs",
  summary: "Print the log of a task",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "run_id", description: "The run, by its id or its logical date; default: the newest", required: false },
  ],
  options: {
    try: { type: "number", description: "Number of the try; default: the latest" },
    follow: {
      type: "boolean",
      alias: "f",
      default: false,
      description: "Go on until the try has ended; of a task that was not tried yet, from its first try",
    },
  },
  run: async (args, io) => {
    const { printLog } = await import("../print-log.ts");
    return printLog(args, io);
  },
};
