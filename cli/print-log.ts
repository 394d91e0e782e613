// What `tasks logs` does: finds the log of a try and prints it, without the project's secrets, once or for as long as the try goes on.

import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createLineRedactor } from "../runtime/connections/redact.ts";
import { isFinished } from "../runtime/dag/states.ts";
import { KnownError } from "../runtime/errors.ts";
import type { DagRunRow } from "../runtime/store/dag-runs.ts";
import type { Store } from "../runtime/store/open-store.ts";
import type { TaskInstanceRow } from "../runtime/store/task-instances.ts";
import type { Io } from "./command.ts";
import { followLog } from "./follow-log.ts";
import { getDagRun, openRuns } from "./get-dag-run.ts";
import { getNamedRun, getTaskInstance } from "./get-named-run.ts";
import { readProjectSecrets } from "./redact-project.ts";
import { logFile } from "./state-folder.ts";

export interface TasksLogsArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly run_id?: string;
  readonly try?: number;
  readonly follow: boolean;
}

export async function printLog(args: TasksLogsArgs, io: Io): Promise<number> {
  const store = openRuns(io);
  try {
    const { dag_id, run_id, task_id } = args;
    const run = run_id === undefined ? getDagRun(store, dag_id) : getNamedRun(store, dag_id, run_id);
    const task = getTaskInstance(store, run, task_id);
    // Of one that was never tried, the first.
    const tryNumber = args.try ?? (args.follow ? Math.max(1, task.tryNumber) : task.tryNumber);
    const file = logFile(io.projectRoot, { dagId: run.dagId, runId: run.facts.id, taskId: task_id, tryNumber });
    const { print, flush } = createPrinter(io);
    if (args.follow) {
      const isEnded = () => hasTryEnded(getTaskInstance(store, run, task_id), tryNumber);
      await followLog({ file, print, isEnded, signal: io.signal });
    }
    if (!existsSync(file)) throw noLog(store, { run, taskId: task_id, tryNumber });
    if (!args.follow)
      for await (const chunk of createReadStream(file, { signal: io.signal })) await print(chunk as Buffer);
    await flush();
    return 0;
  } finally {
    store.close();
  }
}

/** Or will never begin. */
function hasTryEnded({ tryNumber, state }: TaskInstanceRow, followed: number): boolean {
  if (tryNumber < followed) return isFinished(state);
  return tryNumber > followed || (state !== "running" && state !== "restarting");
}

/** Piece by piece, no faster than the reader takes it: a log may be larger than a string or the memory. */
function createPrinter(io: Io) {
  const redactor = createLineRedactor(readProjectSecrets(io));
  const write = async (bytes: Buffer) => {
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain", { signal: io.signal });
  };
  return {
    print: (bytes: Buffer) => write(redactor.write(bytes)),
    flush: () => write(redactor.flush()),
  };
}

function noLog(
  store: Store,
  { run, taskId, tryNumber: wanted }: { run: DagRunRow; taskId: string; tryNumber: number },
): KnownError {
  const { state, tryNumber } = getTaskInstance(store, run, taskId);
  if (tryNumber === 0) return missing(`the task is ${state} and was never tried`, "a task that it depends on");
  return missing(`no log of try ${wanted}: the task is ${state}`, "--try with an earlier number");
}

function missing(found: string, suggestion: string): KnownError {
  return new KnownError({ what: "there is no such log", found, remedy: `Try ${suggestion}`, isRetryable: false });
}
