// What `dags trigger` does: checks everything, then writes the run and a notice of it in one transaction, whether a scheduler runs or not.

import { effectiveArgs } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";
import { createDagRun, type DagRunRow, findDagRun, findDagRunByNumber } from "../runtime/store/dag-runs.ts";
import { leaveNotice } from "../runtime/store/notices.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { checkParams } from "./check-params.ts";
import type { Io } from "./command.ts";
import { confirmDestructive } from "./confirm-destructive.ts";
import { getRunnableDag, type RunnableDag } from "./known-dags.ts";
import { hasLivingScheduler } from "./living-jobs.ts";
import { checkRunId, parseConf, parseLogicalDate, triggeredRun } from "./manual-run.ts";
import { refuseDateOutsideSchedule } from "./not-honoured.ts";
import type { OutputFormat } from "./output-option.ts";
import { showRows } from "./show-rows.ts";
import { withStore } from "./with-store.ts";

export interface DagsTriggerArgs {
  readonly dag_id: string;
  readonly runId?: string;
  readonly conf?: string;
  readonly logicalDate?: string;
  readonly output: OutputFormat;
}

export async function triggerDag(args: DagsTriggerArgs, io: Io): Promise<number> {
  const given = parseConf(args.conf);
  checkRunId(args.runId);
  const logicalDate = withoutFraction(parseLogicalDate(args.logicalDate, "--logical-date"));
  const dag = await getRunnableDag(io, args.dag_id);
  if (dag === undefined) return 1;
  const facts = triggeredRun(dag.model.schedule, { runId: args.runId, logicalDate }, new Date());
  refuseDateOutsideSchedule(dag.model, facts);
  const conf = await confirmDestructive(dag.model, given, { io, option: "--conf" });
  checkParams(dag.model, conf);
  const { run, note } = withStore(io, (store) => {
    const queued = queueRun(store, dag, { facts, conf });
    return { run: queued, note: whyItWaits(store, dag) };
  });
  const columns = ["dag_id", "dag_run_id", "logical_date", "state"] as const;
  await showRows([describe(run)], { output: args.output, columns }, io);
  io.stderr(note);
  return 0;
}

/** As Airflow's command does without --no-replace-microseconds. */
function withoutFraction(date: Date | undefined): Date | undefined {
  return date && new Date(Math.floor(date.getTime() / 1_000) * 1_000);
}

function queueRun(
  store: Store,
  { model, row, register }: RunnableDag,
  asked: Pick<DagRunRow, "facts" | "conf">,
): DagRunRow {
  const { dagId, definition, build } = row;
  const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
  const queuedAt = new Date().toISOString();
  const write = store.transaction(() => {
    register(store);
    const run = createDagRun(store, { ...asked, dagId, definition, build, isTest: false, queuedAt, tasks });
    if (run === undefined) throw alreadyThere(store, dagId, asked.facts);
    leaveNotice(store, { kind: "dag_run", run });
    return findDagRunByNumber(store, run)!;
  });
  return write.immediate();
}

function alreadyThere(store: Store, dagId: string, { id, logicalDate }: DagRunRow["facts"]): KnownError {
  const isSameId = findDagRun(store, dagId, id) !== undefined;
  return new KnownError({
    what: `the DAG has a run of that ${isSameId ? "id" : "logical date"} already`,
    where: `DAG ${dagId}`,
    found: isSameId ? id : logicalDate!,
    remedy: isSameId ? "Give another --run-id, or none" : "Give another --logical-date, or none",
    isRetryable: false,
  });
}

/** Under the names that Airflow's command prints. */
function describe({ dagId, facts, conf, state, startDate, endDate }: DagRunRow) {
  return {
    conf,
    dag_id: dagId,
    dag_run_id: facts.id,
    data_interval_start: facts.dataIntervalStart,
    data_interval_end: facts.dataIntervalEnd,
    end_date: endDate,
    logical_date: facts.logicalDate,
    run_after: facts.runAfter,
    run_type: facts.type,
    start_date: startDate,
    state,
  };
}

function whyItWaits(store: Store, { row }: RunnableDag): string {
  const isPaused = row.isPaused
    ? [`${row.dagId} is paused, its runs stay queued: npx dagwright dags unpause ${row.dagId}`]
    : [];
  const noScheduler = hasLivingScheduler(store)
    ? []
    : ["no scheduler is alive, the run stays queued until one is: npx dagwright scheduler"];
  return [...isPaused, ...noScheduler].map((line) => `note: ${line}\n`).join("");
}
