// `dagwright tasks logs`: what a task printed, of its newest run or the one named.

import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { KnownError } from "../../runtime/errors.ts";
import type { TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import type { Command, Io } from "../command.ts";
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
    await printFile(await findLog(args, io), io);
    return 0;
  },
};

async function findLog(args: TasksLogsArgs, { projectRoot }: Io): Promise<string> {
  const { findDagRun } = await import("../../runtime/store/dag-runs.ts");
  const { openStore } = await import("../../runtime/store/open-store.ts");
  const { readTaskInstances } = await import("../../runtime/store/task-instances.ts");
  if (!existsSync(storeFile(projectRoot)))
    throw missing("nothing was run in this project", `npx dagwright dags test ${args.dag_id}`);
  const store = openStore(storeFile(projectRoot));
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
    const file = logFile(projectRoot, { dagId: run.dagId, runId: run.facts.id, taskId: task.taskId, tryNumber });
    if (!existsSync(file)) throw noLog(task, tryNumber);
    return file;
  } finally {
    store.close();
  }
}

/** Piece by piece, no faster than the reader takes it: a log may be larger than a string or the memory. */
async function printFile(file: string, io: Io): Promise<void> {
  const { createLineRedactor } = await import("../../runtime/connections/redact.ts");
  const { readProjectSecrets } = await import("../redact-project.ts");
  const redactor = createLineRedactor(readProjectSecrets(io));
  const print = async (bytes: Buffer) => {
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain", { signal: io.signal });
  };
  for await (const chunk of createReadStream(file, { signal: io.signal })) await print(redactor.write(chunk as Buffer));
  await print(redactor.flush());
}

function noLog({ state, tryNumber }: TaskInstanceRow, wanted: number): KnownError {
  if (tryNumber === 0) return missing(`the task is ${state} and was never tried`, "a task that it depends on");
  return missing(`no log of try ${wanted}: the task is ${state}`, "--try with an earlier number");
}

function missing(found: string, suggestion: string): KnownError {
  return new KnownError({ what: "there is no such log", found, remedy: `Try ${suggestion}`, isRetryable: false });
}
