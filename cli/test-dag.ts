// What `dags test` does: builds, creates a manual run, runs it to its end while showing it, and says how it went.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadEnvironment } from "../runtime/connections/environment.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { startAttempt } from "../runtime/executor/start-attempt.ts";
import { type ManifestDag, readManifest } from "../runtime/manifest.ts";
import { runToEnd } from "../runtime/scheduler/run-to-end.ts";
import { createDagRun, type DagRunRow, findDagRun, readUsedBuilds } from "../runtime/store/dag-runs.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import { readTaskInstances } from "../runtime/store/task-instances.ts";
import { readAllXComs } from "../runtime/store/xcoms.ts";
import type { Io } from "./command.ts";
import { writeDevelopmentBuild } from "./development-build.ts";
import { explainRun } from "./explain-run.ts";
import { getDag } from "./get-dag.ts";
import { showRun, taskLines } from "./live/run-view.ts";
import { loadBuildable } from "./load-buildable.ts";
import { checkRetryDelay, manualRun, parseConf, parseLogicalDate } from "./manual-run.ts";
import { refuseWhatIsNotHonoured } from "./not-honoured.ts";
import { pruneBuilds } from "./prune-builds.ts";
import { createProjectRedactor, redactValues } from "./redact-project.ts";
import { attemptsFolder, buildsFolder, logFile, storeFile } from "./state-folder.ts";

/** The deployments that this comes from allow so many tasks at the same time. */
const parallelism = 16;

export interface DagsTestArgs {
  readonly dag_id: string;
  readonly logical_date?: string;
  readonly conf?: string;
  readonly retryDelay?: number;
  readonly json: boolean;
}

export async function testDag(args: DagsTestArgs, io: Io): Promise<number> {
  const conf = parseConf(args.conf);
  checkRetryDelay(args.retryDelay);
  const logicalDate = parseLogicalDate(args.logical_date);
  const now = new Date();
  const project = await loadBuildable(io);
  if (project === undefined) return 1;
  const buildFolder = writeDevelopmentBuild(project);
  const entry = getDag(readManifest(buildFolder).dags, args.dag_id);
  const facts = manualRun(entry.model.schedule, logicalDate, now);
  refuseWhatIsNotHonoured(entry.model, facts);

  const store = openStore(storeFile(io.projectRoot));
  try {
    const taskIds = entry.model.tasks.map(({ id }) => id);
    const { definition } = entry;
    createDagRun(store, {
      dagId: args.dag_id,
      facts,
      conf,
      definition,
      build: buildFolder,
      startDate: facts.runAfter,
      taskIds,
    });
    const run = findDagRun(store, args.dag_id, facts.id)!;
    pruneBuilds(buildsFolder(io.projectRoot), { usedFolders: readUsedBuilds(store), now: Date.now() });
    const dag = withRetryDelay(entry.model, args.retryDelay);
    const state = await runAndShow({ store, entry, dag, run, conf, isQuiet: args.json }, io);
    if (args.json) {
      const result = resultOf(store, run, { state, redact: createProjectRedactor(io) });
      io.stdout(`${JSON.stringify(result, null, 2)}\n`);
    }
    return state === "success" ? 0 : 1;
  } finally {
    store.close();
  }
}

interface Prepared {
  readonly store: Store;
  readonly entry: ManifestDag;
  readonly dag: DagModel;
  readonly run: DagRunRow;
  readonly conf: JsonObject;
  readonly isQuiet: boolean;
}

async function runAndShow({ store, entry, dag, run, conf, isQuiet }: Prepared, io: Io): Promise<"success" | "failed"> {
  const environment = loadEnvironment(io.projectRoot, io.environment);
  const runFolder = join(attemptsFolder(io.projectRoot), `${run.id}`);
  const removeFolder = () => rmSync(runFolder, { recursive: true, force: true });
  // What a run of a store that is gone may have left: a result in it would be taken for a new try's.
  removeFolder();
  const folderOf = (taskId: string, tryNumber: number) => join(runFolder, `${taskId}.${tryNumber}`);
  const logOf = (taskId: string, tryNumber: number) =>
    logFile(io.projectRoot, { dagId: dag.id, runId: run.facts.id, taskId, tryNumber });
  const source = { dag, readInstances: () => readTaskInstances(store, run.id), folderOf, clock: Date.now };
  if (!isQuiet) io.stdout(`${dag.id}  ${run.facts.id}\n`);
  const view = isQuiet ? undefined : showRun(source, io);
  const stopAnnouncing = announceInterrupt(io, view?.announce ?? ((text) => io.stderr(`${text}\n`)));
  const state = await runToEnd({
    store,
    dag,
    run,
    parallelism,
    clock: Date.now,
    signal: io.signal,
    killSignal: io.killSignal,
    onChange: () => view?.update(),
    start: (task, tryNumber, xcoms) => {
      const folder = folderOf(task.id, tryNumber);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return startAttempt({
        dag,
        task,
        tryNumber,
        run: run.facts,
        conf,
        xcoms,
        definition: entry.definition,
        buildFolder: run.build,
        projectRoot: io.projectRoot,
        folder,
        logFile: logOf(task.id, tryNumber),
        environment,
      });
    },
    // Even when the run was broken off: the view's timer would keep this process alive.
  }).finally(() => {
    stopAnnouncing();
    view?.end();
  });
  if (!isQuiet) io.stdout(`${dag.id} ${state}${io.signal.aborted ? ", interrupted" : ""}\n`);
  io.stderr(explainRun({ dag, lines: taskLines(source), logOf, redact: createProjectRedactor(io) }));
  removeFolder();
  return state;
}

function announceInterrupt({ signal, killSignal }: Io, announce: (text: string) => void): () => void {
  const onInterrupt = () => announce("Interrupted: the tasks are ended, teardowns run. Ctrl-C again kills everything.");
  const onKill = () => announce("Interrupted again: everything is killed.");
  signal.addEventListener("abort", onInterrupt);
  killSignal.addEventListener("abort", onKill);
  return () => {
    signal.removeEventListener("abort", onInterrupt);
    killSignal.removeEventListener("abort", onKill);
  };
}

function withRetryDelay(dag: DagModel, retryDelay: number | undefined): DagModel {
  if (retryDelay === undefined) return dag;
  // Exactly so long: no backoff makes it longer.
  const tasks = dag.tasks.map((task) => ({ ...task, retryDelay, retryExponentialBackoff: false }));
  return { ...dag, tasks };
}

/** What tasks say and return is printed as their logs are: without secrets. */
function resultOf(
  store: Store,
  run: DagRunRow,
  { state, redact }: { state: string; redact: (text: string) => string },
) {
  const tasks = readTaskInstances(store, run.id).map(({ taskId, state, tryNumber, error }) => ({
    taskId,
    state,
    tryNumber,
    error: error === null ? null : redact(error),
  }));
  const xcoms = redactValues(readAllXComs(store, run.id), redact);
  return { version: 1, dagId: run.dagId, runId: run.facts.id, state, tasks, xcoms };
}
