// What `dags pause` and `dags unpause` do. Source: set_is_paused in airflow/cli/commands/dag_command.py of Airflow 3.3, whose words these
// are; where it shows what a DAG was before, this shows what it is now.

import { KnownError } from "../runtime/errors.ts";
import { pauseDag } from "../runtime/store/dags.ts";
import type { Store } from "../runtime/store/open-store.ts";
import type { Io } from "./command.ts";
import { confirm } from "./confirm.ts";
import { getDag } from "./get-dag.ts";
import { findRunnableDags, type RunnableDag } from "./known-dags.ts";
import type { DagsPauseArgs } from "./pause-options.ts";
import { showRows } from "./show-rows.ts";
import { withStore } from "./with-store.ts";

export async function setIsPaused(isPaused: boolean, args: DagsPauseArgs, io: Io): Promise<number> {
  const choose = args.treatDagIdAsRegex ? matching(args.dag_id) : undefined;
  const dags = await findRunnableDags(io, choose ? undefined : args.dag_id);
  if (dags === undefined) return 1;
  const chosen = choose ? dags.filter(choose) : [getDag(dags, args.dag_id)];
  const changed = chosen.filter(({ row }) => row.isPaused !== isPaused);
  if (changed.length === 0) {
    io.stdout(`No ${isPaused ? "un" : ""}paused DAGs were found\n`);
    return 0;
  }
  if (choose && !args.yes && !(await confirm(questionOf(changed, isPaused), io))) {
    io.stdout("Operation cancelled by user\n");
    return 0;
  }
  withStore(io, (store) => write(store, changed, isPaused));
  const rows = changed.map(({ row }) => ({ dag_id: row.dagId, is_paused: isPaused }));
  await showRows(rows, { output: args.output, columns: ["dag_id", "is_paused"] }, io);
  return 0;
}

function write(store: Store, dags: readonly RunnableDag[], isPaused: boolean): void {
  const writeAll = store.transaction(() => {
    for (const { row, register } of dags) {
      register(store);
      pauseDag(store, row.dagId, isPaused);
    }
  });
  writeAll.immediate();
}

function questionOf(dags: readonly RunnableDag[], isPaused: boolean): string {
  const ids = dags.map(({ row }) => row.dagId).join(",");
  return `You are about to ${isPaused ? "" : "un"}pause ${dags.length} DAGs:\n${ids}\n\nAre you sure?`;
}

/** @throws KnownError when it is no regular expression. */
function matching(text: string): (dag: RunnableDag) => boolean {
  try {
    const expression = new RegExp(text, "u");
    return ({ row }) => expression.test(row.dagId);
  } catch (error) {
    throw new KnownError({
      what: "the regular expression cannot be read",
      where: "dag_id, with --treat-dag-id-as-regex",
      found: (error as Error).message,
      remedy: "Write it as JavaScript does, e.g. '^load_'",
      isRetryable: false,
    });
  }
}
