// What `dags test` does: builds, creates a manual run, runs it to its end while showing it, and says how it went.

import { hostname } from "node:os";
import { loadInheritedEnvironment } from "../runtime/connections/environment.ts";
import { type DagModel, effectiveArgs } from "../runtime/dag/model.ts";
import { readManifest } from "../runtime/manifest.ts";
import { createDagRun, type DagRunRow, findDagRun, finishDagRun, readUsedBuilds } from "../runtime/store/dag-runs.ts";
import { openStore, type Store } from "../runtime/store/open-store.ts";
import { readTaskInstances } from "../runtime/store/task-instances.ts";
import { readAllXComs } from "../runtime/store/xcoms.ts";
import { checkParams } from "./check-params.ts";
import type { Io } from "./command.ts";
import { confirmDestructive } from "./confirm-destructive.ts";
import { writeDevelopmentBuild } from "./development-build.ts";
import { endDeadTests } from "./end-dead-tests.ts";
import { getDag } from "./get-dag.ts";
import { loadSound } from "./load-buildable.ts";
import { checkRetryDelay, manualRun, parseConf, parseLogicalDate } from "./manual-run.ts";
import { refuseWhatIsNotHonoured } from "./not-honoured.ts";
import { loadProjectEnvironment } from "./project-environment.ts";
import { readProjectSettings } from "./project-settings.ts";
import { longestTestRunMs, pruneBuilds } from "./prune-builds.ts";
import { createProjectRedactor, redactValues } from "./redact-project.ts";
import { runAndShow } from "./run-and-show.ts";
import { buildsFolder, storeFile } from "./state-folder.ts";

export interface DagsTestArgs {
  readonly dag_id: string;
  readonly logical_date?: string;
  readonly conf?: string;
  readonly retryDelay?: number;
  readonly json: boolean;
}

export async function testDag(args: DagsTestArgs, io: Io): Promise<number> {
  const given = parseConf(args.conf);
  checkRetryDelay(args.retryDelay);
  const logicalDate = parseLogicalDate(args.logical_date);
  const settings = readProjectSettings(io);
  const now = new Date();
  const project = await loadSound(io, args.dag_id);
  if (project === undefined) return 1;
  const { folder: buildFolder } = writeDevelopmentBuild(project);
  const entry = getDag(readManifest(buildFolder).dags, args.dag_id);
  const facts = manualRun(entry.model.schedule, logicalDate, now);
  refuseWhatIsNotHonoured(entry.model, facts);
  const conf = await confirmDestructive(entry.model, given, { io, option: "--conf" });
  checkParams(entry.model, conf);

  // What may be refused is refused before there is a run.
  const environment = loadProjectEnvironment(io);
  const inheritedEnvironment = loadInheritedEnvironment(io.projectRoot, io.environment);
  const redact = createProjectRedactor(io);

  const store = openStore(storeFile(io.projectRoot));
  try {
    const usedFolders = readUsedBuilds(store, new Date(now.getTime() - longestTestRunMs).toISOString());
    pruneBuilds(buildsFolder(io.projectRoot), { usedFolders, now: now.getTime() });
    const { definition, model } = entry;
    const tasks = model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries }));
    const queuedAt = now.toISOString();
    const build = buildFolder;
    endDeadTests(store);
    const tester = { pid: process.pid, hostname: hostname() };
    createDagRun(store, { dagId: args.dag_id, facts, conf, definition, build, isTest: true, tester, queuedAt, tasks });
    const run = findDagRun(store, args.dag_id, facts.id)!;
    const dag = withRetryDelay(model, args.retryDelay);
    const prepared = {
      store,
      dag,
      run,
      conf,
      definition,
      environment,
      inheritedEnvironment,
      redact,
      settings,
      isQuiet: args.json,
    };
    const state = await runAndShow(prepared, io).catch((error) => {
      finishDagRun(store, run.id, { state: "failed", endDate: new Date().toISOString() });
      throw error;
    });
    if (args.json) io.stdout(`${JSON.stringify(resultOf(store, run, { state, redact }), null, 2)}\n`);
    return state === "success" ? 0 : 1;
  } finally {
    store.close();
  }
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
