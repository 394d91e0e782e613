// A project whose tasks keep their own books, apart from every store: each writes its begin and its end into one append-only file, and holds a
// lock of the kernel's while it or anything of it runs. What the store says is held against that.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storeFile } from "../../cli/state-folder.ts";
import { effectiveArgs } from "../../runtime/dag/model.ts";
import { readManifest } from "../../runtime/manifest.ts";
import { createDagRun, type DagRunRow, readDagRuns } from "../../runtime/store/dag-runs.ts";
import { findDag } from "../../runtime/store/dags.ts";
import { leaveNotice } from "../../runtime/store/notices.ts";
import { openStore, type Store } from "../../runtime/store/open-store.ts";
import { readTaskInstances, type TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import { buildProject, copyFixture } from "./built-project.ts";
import { waitUntil } from "./processes.ts";

const limitMs = 60_000;

export interface LedgerEntry {
  readonly kind: "START" | "END" | "FAIL" | "OVERLAP";
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly tryNumber: number;
  readonly pid: number;
}

export interface LedgerProject {
  readonly root: string;
  /** What a scheduler of it needs. */
  readonly environment: Readonly<Record<string, string>>;
  ledger(): LedgerEntry[];
  /** Reads the store while a scheduler runs, or after it. */
  read<T>(look: (store: Store) => T): T;
  /** Oldest first, with their task instances. */
  runsOf(dagId: string): RunWithTasks[];
  /** Queues a run for the scheduler, as a command does: the DAG has to be live. */
  trigger(dagId: string): Promise<void>;
  /** The path of a file in the project. */
  file(name: string): string;
  /** Resolves to what is in it once it is there. */
  untilFile(name: string): Promise<string>;
}

export interface RunWithTasks extends DagRunRow {
  readonly tasks: Readonly<Record<string, TaskInstanceRow>>;
}

/** One write for each line: whatever is killed when, no line is half. */
const script = `name="$AIRFLOW_CTX_DAG_ID $AIRFLOW_CTX_DAG_RUN_ID $AIRFLOW_CTX_TASK_ID $AIRFLOW_CTX_TRY_NUMBER"
say() { echo "$1 $name $$" >>"$LEDGER_ROOT/ledger"; }
exec 9>>"$LEDGER_ROOT/tokens/$AIRFLOW_CTX_DAG_ID.$AIRFLOW_CTX_DAG_RUN_ID.$AIRFLOW_CTX_TASK_ID"
flock --nonblock 9 || { say OVERLAP; exit 1; }
say START
sleep "$1"
if [ "$AIRFLOW_CTX_TRY_NUMBER" -le "$2" ]; then say FAIL; exit 1; fi
say END
`;

/**
 * A copy of a project below `tests/fixtures`, built, so that a scheduler runs it with `--build build`.
 * @param change of the text of each DAG file.
 */
export async function createLedgerProject(
  fixture: string,
  change: (text: string) => string = (text) => text,
): Promise<LedgerProject> {
  const root = copyFixture(fixture);
  mkdirSync(join(root, "tokens"));
  writeFileSync(join(root, "work.sh"), script);
  for (const name of readdirSync(join(root, "dags"))) {
    const file = join(root, "dags", name);
    writeFileSync(file, change(readFileSync(file, "utf8")));
  }
  await buildProject(root);
  const read = <T>(look: (store: Store) => T): T => {
    const store = openStore(storeFile(root));
    try {
      return look(store);
    } finally {
      store.close();
    }
  };
  return {
    root,
    environment: { LEDGER_ROOT: root },
    read,
    ledger: () => readLedger(join(root, "ledger")),
    runsOf: (dagId) => read((store) => readRuns(store, dagId)),
    trigger: async (dagId) => {
      await waitUntil(() => read((store) => findDag(store, dagId)) !== undefined, limitMs);
      read((store) => queueRun(store, dagId));
    },
    file: (name) => join(root, name),
    untilFile: async (name) => {
      const written = () => (existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "");
      await waitUntil(() => written() !== "", limitMs);
      return written();
    },
  };
}

function queueRun(store: Store, dagId: string): void {
  const { definition, build } = findDag(store, dagId)!;
  const { model } = readManifest(build).dags.find((entry) => entry.model.id === dagId)!;
  const now = new Date().toISOString();
  const noDates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
  const facts = { id: `manual__${now}`, type: "manual", ...noDates, runAfter: now };
  const queue = store.transaction(() => {
    const run = createDagRun(store, { dagId, facts, conf: {}, definition, build, isTest: false, queuedAt: now, tasks });
    leaveNotice(store, { kind: "dag_run", run: run! });
  });
  queue.immediate();
}

export function readRuns(store: Store, dagId: string): RunWithTasks[] {
  const withTasks = (run: DagRunRow) => ({
    ...run,
    tasks: Object.fromEntries(readTaskInstances(store, run.id).map((instance) => [instance.taskId, instance])),
  });
  return readDagRuns(store, dagId).map(withTasks).reverse();
}

function readLedger(file: string): LedgerEntry[] {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  return lines.map((line) => {
    const [kind, dagId, runId, taskId, tryNumber, pid] = line.split(" ");
    const entry = { kind, dagId, runId, taskId, tryNumber: Number(tryNumber), pid: Number(pid) };
    if (!Number.isInteger(entry.pid)) throw new Error(`no line of a ledger: ${line}`);
    return entry as LedgerEntry;
  });
}
