// What `tasks set-state` and `dags set-state` do. Airflow has no such commands: its page and its API mark tasks and runs in this way.

import { countNoun } from "../runtime/count-noun.ts";
import { confirmParam } from "../runtime/dag/destructive.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";
import { planClears } from "../runtime/scheduler/clear-tasks.ts";
import { clearBehind, markRun, markTask } from "../runtime/scheduler/mark.ts";
import type { DagRunRow } from "../runtime/store/dag-runs.ts";
import type { Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { confirmDestructive } from "./confirm-destructive.ts";
import { openRuns } from "./get-dag-run.ts";
import { getNamedRun, getTaskInstance, refuseTestRun } from "./get-named-run.ts";
import { getRunnableDag } from "./known-dags.ts";
import { createModelReader } from "./models-of-runs.ts";

export interface TasksSetStateArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly logical_date_or_run_id: string;
  readonly state: "success" | "failed" | "skipped";
  readonly confirm?: string;
}

export async function setTaskState(args: TasksSetStateArgs, io: Io): Promise<number> {
  const store = openRuns(io);
  try {
    const dag = await getRunnableDag(io, args.dag_id);
    if (dag === undefined) return 1;
    const present = { model: dag.model, definition: dag.row.definition, build: dag.row.build };
    const { taskId, state } = { taskId: args.task_id, state: args.state };
    const marked = () => ({ ...findRun(store, args), present, taskId, state });
    if (planClears(store, clearBehind(marked())).length > 0) {
      const given = args.confirm === undefined ? {} : { [confirmParam]: args.confirm };
      await confirmDestructive(dag.model, given, { io, option: "--confirm", takesId: true });
    }
    const write = store.transaction(() => {
      const mark = marked();
      getTaskInstance(store, mark.run, taskId);
      dag.register(store);
      return markTask(store, mark, Date.now());
    });
    const cleared = write.immediate().flatMap(({ cleared: tasks }) => tasks.map((each) => each.taskId));
    io.stdout(`${taskId} is ${state}\n`);
    if (cleared.length > 0) io.stdout(`Cleared, as they had failed by it: ${cleared.join(", ")}\n`);
    return 0;
  } finally {
    store.close();
  }
}

export interface DagsSetStateArgs {
  readonly dag_id: string;
  readonly logical_date_or_run_id: string;
  readonly state: "success" | "failed";
}

export async function setRunState(args: DagsSetStateArgs, io: Io): Promise<number> {
  const store = openRuns(io);
  try {
    const write = store.transaction(() => {
      const { run, model } = findRun(store, args);
      return { run, plan: markRun(store, { run, model, state: args.state }, Date.now()) };
    });
    const { run, plan } = write.immediate();
    const ended = plan.mark.length > 0 ? [`${countNoun(plan.mark.length, "task")} ended as ${args.state}`] : [];
    const skipped = plan.skip.length > 0 ? [`${countNoun(plan.skip.length, "task")} skipped`] : [];
    const done = [...ended, ...skipped].join(", ");
    if (plan.isRunMarked) io.stdout(`${run.facts.id} is ${args.state}${done === "" ? "" : `: ${done}`}\n`);
    else io.stdout(`${run.facts.id} goes on with its teardowns${done === "" ? "" : `: ${done}`}\n`);
    return 0;
  } finally {
    store.close();
  }
}

function findRun(
  store: Store,
  { dag_id, logical_date_or_run_id }: { dag_id: string; logical_date_or_run_id: string },
): { run: DagRunRow; model: DagModel } {
  const run = getNamedRun(store, dag_id, logical_date_or_run_id);
  refuseTestRun(run);
  const model = createModelReader()(run);
  if (model !== undefined) return { run, model };
  throw new KnownError({
    what: "the run's build is missing",
    where: `run ${run.facts.id} of DAG ${dag_id}`,
    found: run.build,
    remedy: `Clear the run, and it goes on with the DAG as it is now: npx dagwright tasks clear ${dag_id}`,
    isRetryable: false,
  });
}
