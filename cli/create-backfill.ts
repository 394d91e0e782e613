// What `backfill create` does: Airflow's command of that name. It says besides what it made.

import { countNoun } from "../runtime/count-noun.ts";
import { KnownError } from "../runtime/errors.ts";
import {
  type BackfillRun,
  createBackfillRuns,
  dryRunBackfill,
  type NewBackfillRequest,
} from "../runtime/scheduler/create-backfill.ts";
import type { BackfillRefusal } from "../runtime/scheduler/plan-backfill.ts";
import type { ReprocessBehavior } from "../runtime/store/backfills.ts";
import { openStore } from "../runtime/store/open-store.ts";
import { checkParams } from "./check-params.ts";
import type { Io } from "./command.ts";
import { getRunnableDag } from "./known-dags.ts";
import { hasLivingScheduler } from "./living-jobs.ts";
import { parseConf, parseMoment } from "./manual-run.ts";
import type { OutputFormat } from "./output-option.ts";
import { showRows } from "./show-rows.ts";
import { storeFile } from "./state-folder.ts";

export interface BackfillCreateArgs {
  readonly dagId?: string;
  readonly fromDate?: string;
  readonly toDate?: string;
  readonly dagRunConf?: string;
  readonly runBackwards: boolean;
  readonly maxActiveRuns?: number;
  readonly reprocessBehavior?: ReprocessBehavior;
  readonly dryRun: boolean;
  readonly output: OutputFormat;
}

/** Airflow's: models/backfill.py, the column's default. */
const defaultMaxActiveRuns = 10;

export async function createBackfill(args: BackfillCreateArgs, io: Io): Promise<number> {
  const { dagId, from, to, maxActiveRuns } = checkArgs(args);
  const conf = args.dagRunConf === undefined ? null : parseConf(args.dagRunConf, "--dag-run-conf");
  const store = openStore(storeFile(io.projectRoot));
  try {
    const dag = await getRunnableDag(io, dagId);
    if (dag === undefined) return 1;
    const request: NewBackfillRequest = {
      present: { model: dag.model, definition: dag.row.definition, build: dag.row.build },
      from,
      to,
      runBackwards: args.runBackwards,
      reprocessBehavior: args.reprocessBehavior ?? null,
      maxActiveRuns,
      conf,
    };
    const now = Date.now();
    if (args.dryRun) {
      const dry = dryRunBackfill(store, request, now);
      if (dry.kind === "refused") throw explain(dry.refusal, dagId);
      if (conf !== null) checkParams(dag.model, conf);
      await showRuns(
        dry.runs.filter(({ action }) => action !== "skip"),
        ["logical_date", "action", "run_id"],
        { args, io },
      );
      return 0;
    }
    const write = store.transaction(() => {
      dag.register(store);
      const made = createBackfillRuns(store, request, now);
      if (made.kind === "refused") throw explain(made.refusal, dagId);
      // After Airflow's other reasons, and before anything is kept.
      if (conf !== null) checkParams(dag.model, conf);
      return made;
    });
    const { backfill, runs } = write.immediate();
    await showRuns(runs, ["logical_date", "action", "run_id", "reason"], { args, io });
    io.stderr(`Backfill ${backfill}: ${describeCounts(runs)}\n`);
    if (dag.row.isPaused)
      io.stderr(`note: ${dagId} is paused, its runs stay queued: npx dagwright dags unpause ${dagId}\n`);
    if (!hasLivingScheduler(store))
      io.stderr("note: no scheduler is alive in this project: the runs stay queued until one is\n");
    return 0;
  } finally {
    store.close();
  }
}

/** @throws KnownError */
function checkArgs({ dagId, fromDate, toDate, maxActiveRuns = defaultMaxActiveRuns }: BackfillCreateArgs) {
  const missing = Object.entries({ "--dag-id": dagId, "--from-date": fromDate, "--to-date": toDate });
  for (const [option, value] of missing)
    if (value === undefined) throw wrong(`${option} is missing`, option, "nothing");
  if (!Number.isInteger(maxActiveRuns) || maxActiveRuns < 1) {
    throw wrong("--max-active-runs is a whole number from 1", "--max-active-runs", String(maxActiveRuns));
  }
  const momentOf = (text: string, option: string) =>
    parseMoment(text, "that is not a moment in time", option)!.getTime();
  return { dagId: dagId!, from: momentOf(fromDate!, "--from-date"), to: momentOf(toDate!, "--to-date"), maxActiveRuns };
}

function wrong(what: string, where: string, found: string): KnownError {
  const remedy = "Write --dag-id report --from-date 2026-01-01 --to-date 2026-01-31";
  return new KnownError({ what, where, found, remedy, isRetryable: false });
}

function explain({ what, found, remedy }: BackfillRefusal, dagId: string): KnownError {
  return new KnownError({ what, where: `DAG ${dagId}`, found, remedy, isRetryable: false });
}

type Column = "logical_date" | "action" | "run_id" | "reason";

async function showRuns(
  runs: readonly BackfillRun[],
  columns: readonly Column[],
  { args, io }: { args: BackfillCreateArgs; io: Io },
): Promise<void> {
  const rows = runs.map(({ logicalDate, action, runId, reason }) => {
    return { logical_date: logicalDate, action, run_id: runId, reason };
  });
  await showRows(rows, { output: args.output, columns }, io);
}

function describeCounts(runs: readonly BackfillRun[]): string {
  const count = (kind: BackfillRun["action"]) => runs.filter(({ action }) => action === kind).length;
  return `${countNoun(count("create"), "run")} created, ${count("clear")} cleared, ${count("skip")} left out`;
}
