// Bugs that a scheduler could have, each as a change of one place of its source. The rigs must find every one of them: what they do not find, they
// do not prove.

export interface Bug {
  readonly name: string;
  /** Below runtime/. */
  readonly file: string;
  /** Stands there once. */
  readonly find: string;
  readonly replace: string;
}

export const bugs: readonly Bug[] = [
  {
    name: "tries that are started again take no slot",
    file: "scheduler/scheduler.ts",
    find: "...turn.starts.map(runningTask)",
    replace: "",
  },
  {
    name: "a task starts beside its process of before",
    file: "scheduler/processes.ts",
    find: "has: (run, taskId) => live.has(keyOf(run, taskId))",
    replace: "has: () => false",
  },
  {
    name: "a try that had not begun is started under the name that was claimed for it",
    file: "scheduler/apply-ends.ts",
    find: "restartTask(turn.world.store, run.row.id, taskId);",
    replace: "",
  },
  {
    name: "what an earlier scheduler overruled lives on",
    file: "scheduler/scheduler.ts",
    find: "await world.spawner.endStrays();",
    replace: "",
  },
  {
    name: "ends are forgotten before they are in the store",
    file: "scheduler/scheduler.ts",
    find: "const ended = processes.ended.filter((end) => isHandled(end, turn));",
    replace: "const ended = processes.ended.filter((end) => isHandled(end, turn)); processes.forgetEnded(ended);",
  },
  {
    name: "after a failed transaction it goes on with what it believes",
    file: "scheduler/scheduler.ts",
    find: "memory = undefined;\n",
    replace: "",
  },
  {
    name: "decisions are not one transaction",
    file: "scheduler/scheduler.ts",
    find: "store.transaction(decide).immediate();",
    replace: "decide(); store.transaction(() => {}).immediate();",
  },
  {
    name: "what commands do to dag runs is not read",
    file: "scheduler/scheduler.ts",
    find: "        knowRun(world, memory, row);\n",
    replace: "",
  },
  {
    name: "max_active_runs holds for nobody",
    file: "scheduler/plan-queue.ts",
    find: "runs.slice(0, Math.max(0, limit - count))",
    replace: "runs",
  },
  {
    name: "max_active_tasks holds for nobody",
    file: "scheduler/plan-starts.ts",
    find: "|| (usage.runs.get(task.run) ?? 0) >= task.maxActiveTasks",
    replace: "",
  },
  {
    name: "pools do not count what runs",
    file: "scheduler/plan-starts.ts",
    find: "(total ?? 0) - (usage.pools.get(task.pool) ?? 0)",
    replace: "(total ?? 0)",
  },
  {
    name: "one more than parallelism allows",
    file: "scheduler/plan-starts.ts",
    find: "started.length < freeSlots",
    replace: "started.length <= freeSlots",
  },
  {
    name: "a retry does not wait",
    file: "scheduler/judge-run.ts",
    find: '(state === "up_for_retry" && nextTryAt! <= now)',
    replace: 'state === "up_for_retry"',
  },
  {
    name: "nobody wakes for a retry",
    file: "scheduler/progress-run.ts",
    find: "else wakeBy(turn, at);",
    replace: "",
  },
  {
    name: "the past is forgiven",
    file: "scheduler/past.ts",
    find: "return isGood(task.id) && (",
    replace: "return true || (",
  },
  {
    name: "what waits for the past is not looked at again",
    file: "scheduler/turn.ts",
    find: "      other.touched.add(waiting);\n",
    replace: "",
  },
  {
    name: "a run ends when nothing of it runs",
    file: "scheduler/progress-run.ts",
    find: "if (run.unfinished === 0) finishRun",
    replace: "if (run.running === 0) finishRun",
  },
  {
    name: "downstream tasks do not hear of an end",
    file: "scheduler/active-run.ts",
    find: "for (const id of run.shape.watchers.get(taskId) ?? []) touch(run, id);",
    replace: "",
  },
  {
    name: "teardowns do not hear of what they wait for",
    file: "scheduler/run-shape.ts",
    find: "for (const [id, watched] of farUpstream) for (const other of watched) watchers.get(other)!.add(id);",
    replace: "",
  },
  {
    name: "the end of a run lets no other start",
    file: "scheduler/memory.ts",
    find: "dag.isQueueTouched = true;",
    replace: "",
  },
  {
    name: "a start is counted in memory alone",
    file: "store/task-instances.ts",
    find: "state = 'running', try_number = ?, starts = starts + 1,",
    replace: "state = 'running', try_number = ?,",
  },
  {
    name: "a task that was cleared while it ran is not adopted",
    file: "scheduler/start-processes.ts",
    find: 'state === "running" || state === "restarting"',
    replace: 'state === "running"',
  },
  {
    name: "a teardown does not wait for what uses its setup",
    file: "scheduler/judge-task.ts",
    find: 'return (farUpstream.get(task.id) ?? []).every((id) => isFinished(stateOf(id))) ? "run" : "wait";',
    replace: 'return "run";',
  },
  {
    name: "a run of a DAG that is paused goes on",
    file: "scheduler/scheduler.ts",
    find: ".filter(({ row }) => memory.dags.get(row.dagId)?.row.isPaused !== true)",
    replace: "",
  },
];
