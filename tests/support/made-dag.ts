// A DAG's model in a few words, for tests of pure code: `madeDag([{ id: "b", upstream: ["a"] }])`.

import type { DagModel, TaskModel } from "../../runtime/dag/model.ts";

export type MadeTask = Partial<Omit<TaskModel, "kind">> & { readonly id: string; readonly kind?: "bash" | "empty" };

export function madeDag(tasks: readonly MadeTask[], spec: Partial<DagModel> = {}): DagModel {
  return {
    id: "made",
    description: null,
    schedule: null,
    startDate: null,
    timezone: "UTC",
    catchup: false,
    tags: [],
    maxActiveRuns: null,
    maxActiveTasks: null,
    params: {},
    defaultArgs: { owner: null, retries: null, retryDelay: null, executionTimeout: null },
    tasks: tasks.map(madeTask),
    ...spec,
  };
}

function madeTask({ kind = "bash", ...task }: MadeTask): TaskModel {
  const base = {
    owner: null,
    retries: null,
    retryDelay: null,
    executionTimeout: null,
    triggerRule: task.role === "teardown" ? "all_done_setup_success" : "all_success",
    upstream: [],
    role: null,
    setups: [],
    ...task,
  } as const;
  return kind === "bash" ? { ...base, kind, command: "true" } : { ...base, kind };
}
