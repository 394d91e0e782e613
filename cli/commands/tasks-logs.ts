// `dagwright tasks logs`: what a task printed, of its newest run or the one named.

import { existsSync, readFileSync } from "node:fs";
import { KnownError } from "../../runtime/errors.ts";
import type { TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import type { Command } from "../command.ts";
import { logFile, storeFile } from "../state-folder.ts";

interface TasksLogsArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly run_id?: string;
  readonly try?: number;
}

export const tasksLogs: Command<TasksLogsArgs> = {
  name: "tasks logs",
  summary: "Print the log of a task",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "task_id", description: "The task", required: true },
    { name: "run_id", description: "The run; default: the newest", required: false },
  ],
  options: { try: { type: "number", description: "Number of the try; default: the latest" } },
  run: async (args, io) => {
    const { findDagRun } = await import("../../runtime/store/dag-runs.ts");
    const { openStore } = await import("../../runtime/store/open-store.ts");
    const { readTaskInstances } = await import("../../runtime/store/task-instances.ts");
    const { createProjectRedactor } = await import("../redact-project.ts");
    if (!existsSync(storeFile(io.projectRoot)))
      throw missing("nothing was run in this project", `npx dagwright dags test ${args.dag_id}`);
    const store = openStore(storeFile(io.projectRoot));
    try {
      const run = findDagRun(store, args.dag_id, args.run_id);
      if (!run)
        throw missing(
          `no run${args.run_id ? ` ${args.run_id}` : ""} of DAG ${args.dag_id}`,
          `npx dagwright dags test ${args.dag_id}`,
        );
      const tasks = readTaskInstances(store, run.id);
      const task = tasks.find(({ taskId }) => taskId === args.task_id);
      if (!task) {
        throw missing(
          `no task ${args.task_id} in run ${run.facts.id}: it has ${tasks.map(({ taskId }) => taskId).join(", ")}`,
          "one of those",
        );
      }
      const tryNumber = args.try ?? task.tryNumber;
      const file = logFile(io.projectRoot, { dagId: run.dagId, runId: run.facts.id, taskId: task.taskId, tryNumber });
      if (!existsSync(file)) throw noLog(task, tryNumber);
      io.stdout(createProjectRedactor(io)(readFileSync(file, "utf8")));
      return 0;
    } finally {
      store.close();
    }
  },
};

function noLog({ state, tryNumber }: TaskInstanceRow, wanted: number): KnownError {
  if (tryNumber === 0) return missing(`the task is ${state} and was never tried`, "a task that it depends on");
  return missing(`no log of try ${wanted}: the task is ${state}`, "--try with an earlier number");
}

function missing(found: string, suggestion: string): KnownError {
  return new KnownError({ what: "there is no such log", found, remedy: `Try ${suggestion}`, isRetryable: false });
}
