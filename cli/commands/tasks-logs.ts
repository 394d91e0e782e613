// `dagwright tasks logs`: what a task printed, of its newest run or the one named.

import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { didYouMean } from "../../runtime/did-you-mean.ts";
import { KnownError } from "../../runtime/errors.ts";
import type { TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import type { Command, Io } from "../command.ts";
import { logFile } from "../state-folder.ts";

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

async function findLog(args: TasksLogsArgs, io: Io): Promise<string> {
  const { getDagRun, openRuns } = await import("../get-dag-run.ts");
  const { readTaskInstances } = await import("../../runtime/store/task-instances.ts");
  const store = openRuns(io);
  try {
    const run = getDagRun(store, args.dag_id, args.run_id);
    const tasks = readTaskInstances(store, run.id);
    const task = tasks.find(({ taskId }) => taskId === args.task_id);
    if (!task) {
      const ids = tasks.map(({ taskId }) => taskId);
      const near = didYouMean(args.task_id, ids);
      throw missing(`no task ${args.task_id} in run ${run.facts.id}${near}: it has ${ids.join(", ")}`, "one of those");
    }
    const tryNumber = args.try ?? task.tryNumber;
    const file = logFile(io.projectRoot, { dagId: run.dagId, runId: run.facts.id, taskId: task.taskId, tryNumber });
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
