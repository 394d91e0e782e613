// What `tasks clear` does: shows which task instances would run again, asks, and clears those that are there when somebody has agreed.

import { countNoun } from "../runtime/count-noun.ts";
import { airflowTime } from "../runtime/dag/airflow-time.ts";
import { confirmParam } from "../runtime/dag/destructive.ts";
import { graphOf } from "../runtime/dag/graph.ts";
import { partialSubset } from "../runtime/dag/partial-subset.ts";
import { KnownError } from "../runtime/errors.ts";
import { type ClearRequest, clearTasks, planClears } from "../runtime/scheduler/clear-tasks.ts";
import type { RunClear } from "../runtime/scheduler/plan-clear.ts";
import { readDagRunsBetween } from "../runtime/store/changes-by-hand.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { confirm } from "./confirm.ts";
import { confirmDestructive } from "./confirm-destructive.ts";
import { getNamedRun, refuseTestRun } from "./get-named-run.ts";
import { getRunnableDag, type RunnableDag } from "./known-dags.ts";
import { parseMoment } from "./manual-run.ts";
import { createModelReader } from "./models-of-runs.ts";
import { printable } from "./printable.ts";
import { storeFile } from "./state-folder.ts";

export interface TasksClearArgs {
  readonly dag_id: string;
  readonly taskRegex?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly runId?: string;
  readonly upstream: boolean;
  readonly downstream: boolean;
  readonly onlyFailed: boolean;
  readonly onlyRunning: boolean;
  readonly yes: boolean;
  readonly confirm?: string;
}

export async function clearTaskInstances(args: TasksClearArgs, io: Io): Promise<number> {
  const dates = { from: momentOf(args.startDate, "--start-date"), to: momentOf(args.endDate, "--end-date") };
  const pattern = parsePattern(args.taskRegex);
  const store = openStore(storeFile(io.projectRoot));
  try {
    const dag = await getRunnableDag(io, args.dag_id);
    if (dag === undefined) return 1;
    const modelOf = createModelReader();
    const request = (): ClearRequest => ({
      runs: findRuns(store, args, dates),
      selection: {
        taskIds: selectTasks(dag, pattern, args),
        onlyFailed: args.onlyFailed,
        onlyRunning: args.onlyRunning,
      },
      present: { model: dag.model, definition: dag.row.definition, build: dag.row.build },
      modelOf,
    });
    const asked = request();
    const plans = planClears(store, asked);
    if (plans.length === 0) {
      io.stdout("Nothing to clear\n");
      return 0;
    }
    const given = args.confirm === undefined ? {} : { [confirmParam]: args.confirm };
    await confirmDestructive(dag.model, given, { io, option: "--confirm", takesId: true });
    if (!args.yes && !(await confirm(describePlans(asked, plans), io))) {
      io.stdout("Cancelled, nothing was cleared.\n");
      return 0;
    }
    const write = store.transaction(() => {
      dag.register(store);
      return clearTasks(store, request(), Date.now());
    });
    io.stdout(`Cleared ${describeCount(write.immediate())}\n`);
    return 0;
  } finally {
    store.close();
  }
}

function momentOf(text: string | undefined, option: string): string | null {
  const date = parseMoment(text, "that is not a moment in time", option);
  return date === undefined ? null : airflowTime(date);
}

/** @throws KnownError */
function parsePattern(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new KnownError({
      what: "that is not a regular expression",
      where: "--task-regex",
      found: (error as Error).message,
      remedy: "Write an id, a part of one, or a pattern such as '^load_'",
      isRetryable: false,
    });
  }
}

function findRuns(store: Store, { dag_id, runId }: TasksClearArgs, dates: { from: string | null; to: string | null }) {
  if (runId === undefined) return readDagRunsBetween(store, { dagId: dag_id, ...dates });
  const run = getNamedRun(store, dag_id, runId);
  refuseTestRun(run);
  return [run];
}

/** Undefined: all. @throws KnownError when no task is meant. */
function selectTasks(
  { model }: RunnableDag,
  pattern: RegExp | undefined,
  { upstream, downstream }: TasksClearArgs,
): ReadonlySet<string> | undefined {
  if (pattern === undefined) return undefined;
  const ids = model.tasks.map(({ id }) => id);
  const matched = ids.filter((id) => pattern.test(id));
  if (matched.length > 0) {
    const subset = partialSubset(graphOf(model), matched, { upstream, downstream });
    return subset.size === ids.length ? undefined : subset;
  }
  throw new KnownError({
    what: "no task is meant",
    where: `--task-regex, DAG ${model.id}`,
    found: pattern.source,
    remedy: `It has: ${ids.join(", ")}`,
    isRetryable: false,
  });
}

const mostShown = 50;

function describePlans({ runs, present }: ClearRequest, plans: readonly RunClear[]): string {
  const ids = new Map(runs.map(({ id, facts }) => [id, facts.id]));
  const lines = plans.flatMap(({ run, cleared }) =>
    cleared.map(
      ({ taskId, state }) => `  ${ids.get(run)}  ${taskId}${state === "restarting" ? "  (runs, is ended)" : ""}`,
    ),
  );
  const more = lines.length > mostShown ? [`  and ${lines.length - mostShown} more`] : [];
  const shown = [...lines.slice(0, mostShown), ...more].map((line) => printable(line));
  return `About to clear, of DAG ${present.model.id}:\n${shown.join("\n")}\nThat is ${describeCount(plans)}. Are you sure?`;
}

function describeCount(plans: readonly RunClear[]): string {
  const tasks = plans.reduce((sum, { cleared }) => sum + cleared.length, 0);
  return `${countNoun(tasks, "task instance")} of ${countNoun(plans.length, "run")}`;
}
