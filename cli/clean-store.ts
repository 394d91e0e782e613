// What `db clean` does. A run that has not ended stays, and so does the latest one of each DAG that no person started: its schedule goes on
// from there. Runs go in batches, with a pause after each as long as it took: a scheduler waits for the store no longer than for one.

import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { airflowTime } from "../runtime/dag/airflow-time.ts";
import { KnownError } from "../runtime/errors.ts";
import { deleteEndedDagRuns, findOldDagRuns } from "../runtime/store/delete-dag-runs.ts";
import { countImportErrors, countJobs, deleteImportErrors, deleteJobs } from "../runtime/store/delete-records.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { confirm } from "./confirm.ts";
import { usageError } from "./explain-usage.ts";
import { hasLivingScheduler } from "./living-jobs.ts";
import { parseMoment } from "./manual-run.ts";
import type { OutputFormat } from "./output-option.ts";
import { showRows } from "./show-rows.ts";
import { runLogFolder, storeFile } from "./state-folder.ts";
import { hasStore } from "./with-store.ts";

export interface DbCleanArgs {
  readonly cleanBeforeTimestamp?: string;
  readonly tables?: string;
  readonly dagIds?: string;
  readonly excludeDagIds?: string;
  readonly keepLast: number;
  readonly batchSize: number;
  readonly dryRun: boolean;
  readonly vacuum: boolean;
  readonly yes: boolean;
  readonly output: OutputFormat;
}

const tables = ["dag_run", "import_error", "job"] as const;
type Table = (typeof tables)[number];

interface Request extends Pick<DbCleanArgs, "keepLast" | "batchSize"> {
  readonly before: string;
  readonly tables: readonly Table[];
  readonly dagIds: readonly string[] | null;
  readonly exceptDagIds: readonly string[];
}

export async function cleanStore(args: DbCleanArgs, io: Io): Promise<number> {
  const request = checkArgs(args);
  const file = storeFile(io.projectRoot);
  const store = hasStore(io) ? openStore(file) : undefined;
  try {
    if (store && args.vacuum && !args.dryRun) refuseWhileScheduled(store);
    if (store && !args.dryRun && !args.yes && !(await confirm(questionOf(request), io))) {
      io.stderr("User did not confirm; exiting.\n");
      return 1;
    }
    const rows: { table: Table; rows: number }[] = [];
    for (const table of request.tables) {
      const count = store === undefined ? 0 : await clean(store, table, { request, isDry: args.dryRun, io });
      rows.push({ table, rows: count });
    }
    const head = args.dryRun ? "to_delete" : "deleted";
    await showRows(rows, { output: args.output, columns: ["table", { name: "rows", head }] }, io);
    if (store && args.vacuum && !args.dryRun) store.exec("VACUUM");
    return 0;
  } finally {
    store?.close();
  }
}

interface Cleaning {
  readonly request: Request;
  readonly isDry: boolean;
  readonly io: Io;
}

async function clean(store: Store, table: Table, { request, isDry, io }: Cleaning): Promise<number> {
  const { before } = request;
  switch (table) {
    case "dag_run": {
      const runs = findOldDagRuns(store, request);
      return isDry ? runs.length : deleteInBatches(store, runs, { batchSize: request.batchSize, io });
    }
    case "import_error":
      return isDry ? countImportErrors(store, before) : deleteImportErrors(store, before);
    case "job":
      return isDry ? countJobs(store, before) : deleteJobs(store, before);
    default:
      return table satisfies never;
  }
}

async function deleteInBatches(
  store: Store,
  runs: readonly number[],
  { batchSize, io }: { batchSize: number; io: Io },
): Promise<number> {
  let count = 0;
  for (let start = 0; start < runs.length; start += batchSize) {
    const startedAt = performance.now();
    const deleted = deleteEndedDagRuns(store, runs.slice(start, start + batchSize));
    const tookMs = performance.now() - startedAt;
    count += deleted.length;
    for (const { dagId, runId } of deleted) {
      rmSync(runLogFolder(io.projectRoot, dagId, runId), { recursive: true, force: true });
    }
    await pause(tookMs, undefined, { signal: io.signal });
  }
  return count;
}

function questionOf({ before, tables, dagIds, exceptDagIds }: Request): string {
  const dags = dagIds === null ? "" : ` for the following dags: ${dagIds.join(", ")}`;
  const except = exceptDagIds.length === 0 ? "" : ` excluding the following dags: ${exceptDagIds.join(", ")}`;
  return `You have requested that we purge all data prior to ${before} for tables ${tables.join(", ")}${dags}${except}.
This is irreversible. Consider doing a dry run with option --dry-run.
Are you sure?`;
}

/** @throws KnownError for what cannot be meant. */
function checkArgs(args: DbCleanArgs): Request {
  const option = "--clean-before-timestamp";
  const before = parseMoment(args.cleanBeforeTimestamp, "that is not a moment in time", option);
  if (before === undefined) throw usageError(`missing option ${option}`, `Write ${option} 2026-01-01`);
  const { keepLast, batchSize } = args;
  if (!Number.isInteger(keepLast) || keepLast < 0) {
    throw usageError("--keep-last is a whole number from 0", "Write --keep-last 10", String(keepLast));
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw usageError("--batch-size is a whole number from 1", "Write --batch-size 100", String(batchSize));
  }
  const dagIds = args.dagIds === undefined ? null : listOf(args.dagIds);
  const exceptDagIds = listOf(args.excludeDagIds ?? "");
  // Only runs are a DAG's.
  const isOfDags = dagIds !== null || exceptDagIds.length > 0;
  const chosen = chooseTables(args.tables ?? (isOfDags ? "dag_run" : tables.join(",")));
  return { before: airflowTime(before), tables: chosen, dagIds, exceptDagIds, keepLast, batchSize };
}

function chooseTables(text: string): Table[] {
  const names = listOf(text);
  const unknown = names.find((name) => !tables.includes(name as Table));
  if (unknown === undefined && names.length > 0) return names as Table[];
  throw usageError("--tables knows no such table", `There are: ${tables.join(", ")}`, JSON.stringify(unknown ?? text));
}

function listOf(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

function refuseWhileScheduled(store: Store): void {
  if (!hasLivingScheduler(store)) return;
  throw new KnownError({
    what: "a scheduler is alive, which would wait for --vacuum longer than it can",
    where: "--vacuum",
    found: "npx dagwright jobs check",
    remedy: "Clean without it, or end the scheduler first",
    isRetryable: false,
  });
}
