// Runs a piece of a task inside this process, with a context and the given connections: for operators' tests.

import type { Connection } from "../../runtime/connections/connection.ts";
import { type RunningTask, runTask, type TaskContext } from "../../runtime/context.ts";
import type { Progress } from "../../runtime/contract.ts";

export interface TaskRun {
  readonly connections?: readonly Connection[];
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly context?: Partial<TaskContext>;
  readonly progress?: Progress[];
}

export function inTask<T>(run: TaskRun, work: () => Promise<T>): Promise<T> {
  const find = (id: string) => run.connections?.find((connection) => connection.id === id);
  const task: RunningTask = {
    context: {
      dagId: "test_dag",
      taskId: "test_task",
      runId: "manual__2026-01-01T00:00:00+00:00",
      tryNumber: 1,
      mapIndex: -1,
      runType: "manual",
      logicalDate: null,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: "2026-01-01T00:00:00+00:00",
      params: {},
      conf: {},
      signal: new AbortController().signal,
      ...run.context,
    },
    client: {
      getConnection: async (id) => find(id),
      getConnectionOrThrow: async (id) => find(id) ?? Promise.reject(new Error(`no connection ${id} in this test`)),
      getVariable: async (key) => run.variables?.[key],
      getVariableOrThrow: async (key) =>
        run.variables?.[key] ?? Promise.reject(new Error(`no variable ${key} in this test`)),
      setXCom: async () => {},
    },
    reportProgress: (progress) => run.progress?.push(progress),
  };
  return runTask(task, work);
}
