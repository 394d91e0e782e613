// What `tasks test` does: one try of one task, here and now, whatever is upstream of it. Nothing is written into the store; what the task
// takes from upstream tasks is taken from the run that is named, if there is one.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadInheritedEnvironment } from "../runtime/connections/environment.ts";
import type { RunFacts } from "../runtime/contract.ts";
import { airflowTime } from "../runtime/dag/airflow-time.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel, TaskModel } from "../runtime/dag/model.ts";
import { didYouMean } from "../runtime/did-you-mean.ts";
import { KnownError } from "../runtime/errors.ts";
import type { AttemptEnd } from "../runtime/executor/attempt.ts";
import { readManifest } from "../runtime/manifest.ts";
import { inputsOf } from "../runtime/scheduler/record-run.ts";
import { openStore } from "../runtime/store/open-store.ts";
import { checkParams } from "./check-params.ts";
import type { Io } from "./command.ts";
import { confirmDestructive } from "./confirm-destructive.ts";
import { writeDevelopmentBuild } from "./development-build.ts";
import { getDag } from "./get-dag.ts";
import { findNamedRun, getNamedRun } from "./get-named-run.ts";
import { loadSound } from "./load-buildable.ts";
import { findMoment, manualRun, parseConf } from "./manual-run.ts";
import { loadProjectEnvironment } from "./project-environment.ts";
import { createProjectRedactor } from "./redact-project.ts";
import { runTry } from "./run-try.ts";
import { attemptsFolder, storeFile } from "./state-folder.ts";
import { hasStore } from "./with-store.ts";

export interface TasksTestArgs {
  readonly dag_id: string;
  readonly task_id: string;
  readonly logical_date_or_run_id?: string;
  readonly taskParams?: string;
}

export async function testTask(args: TasksTestArgs, io: Io): Promise<number> {
  const given = parseConf(args.taskParams, "--task-params");
  const project = await loadSound(io, args.dag_id);
  if (project === undefined) return 1;
  const { folder: buildFolder } = writeDevelopmentBuild(project);
  const { model, definition } = getDag(readManifest(buildFolder).dags, args.dag_id);
  const task = getTask(model, args.task_id);
  const ground = findGround(args.logical_date_or_run_id, { model, task, projectRoot: io.projectRoot });
  // A run that was confirmed once confirms nothing more.
  const confirmed = await confirmDestructive(model, given, { io, option: "--task-params" });
  const conf = { ...ground.conf, ...confirmed };
  checkParams(model, conf);
  const redact = createProjectRedactor(io);
  if (task.kind === "empty") {
    io.stderr(`${task.id} success: an empty task does nothing\n`);
    return 0;
  }
  io.stderr(explainMissingInputs(task, ground.xcoms));
  const folder = makeFolder(io);
  try {
    const attempt = {
      dag: model,
      task,
      tryNumber: 1,
      run: ground.facts,
      conf,
      xcoms: ground.xcoms,
      definition,
      buildFolder,
      projectRoot: io.projectRoot,
      folder: join(folder, "try"),
      logFile: join(folder, "log"),
      environment: loadProjectEnvironment(io),
      inheritedEnvironment: loadInheritedEnvironment(io.projectRoot, io.environment),
    };
    const end = await runTry(attempt, io);
    io.stderr(describeEnd(task, end, redact));
    return end.outcome === "failed" ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function getTask(model: DagModel, taskId: string): TaskModel {
  const task = model.tasks.find(({ id }) => id === taskId);
  if (task) return task;
  const ids = model.tasks.map(({ id }) => id);
  throw new KnownError({
    what: "there is no such task",
    where: `DAG ${model.id}`,
    found: `${JSON.stringify(taskId)}${didYouMean(taskId, ids)}`,
    remedy: `It has: ${ids.join(", ")}`,
    isRetryable: false,
  });
}

interface Ground {
  readonly facts: RunFacts;
  readonly conf: JsonObject;
  /** Input name → the upstream task's return value. */
  readonly xcoms: JsonObject;
}

interface Tested {
  readonly model: DagModel;
  readonly task: TaskModel;
  readonly projectRoot: string;
}

/** The run that is named; else one that is made up, of that date or of none, as Airflow's is. @throws KnownError when it is neither. */
function findGround(named: string | undefined, tested: Tested): Ground {
  const { model, task } = tested;
  const date = named === undefined ? undefined : findMoment(named);
  const madeUp = { facts: madeUpRun(model, date), conf: {}, xcoms: noInputs(task) };
  if (named === undefined) return madeUp;
  const file = storeFile(tested.projectRoot);
  if (!hasStore(tested) && date !== undefined) return madeUp;
  const store = openStore(file);
  try {
    const run = findNamedRun(store, model.id, named) ?? (date ? undefined : getNamedRun(store, model.id, named));
    return run ? { facts: run.facts, conf: run.conf, xcoms: inputsOf({ store, run }, task) } : madeUp;
  } finally {
    store.close();
  }
}

function madeUpRun({ schedule }: DagModel, date: Date | undefined): RunFacts {
  const now = new Date();
  const facts = { ...manualRun(schedule, date, now), id: `__dagwright_temporary_run_${airflowTime(now)}__` };
  return date ? facts : { ...facts, logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
}

function noInputs(task: TaskModel): JsonObject {
  return "xcoms" in task ? Object.fromEntries(Object.keys(task.xcoms).map((name) => [name, null])) : {};
}

function explainMissingInputs(task: TaskModel, xcoms: JsonObject): string {
  const sources = "xcoms" in task ? Object.entries(task.xcoms) : [];
  const missing = sources.filter(([name]) => (xcoms[name] ?? null) === null).map(([name, id]) => `${name} of ${id}`);
  if (missing.length === 0) return "";
  return `note: null for ${missing.join(", ")}; name a run, and it takes what that run has\n`;
}

function makeFolder({ projectRoot }: Io): string {
  const attempts = attemptsFolder(projectRoot);
  mkdirSync(attempts, { recursive: true });
  const folder = mkdtempSync(join(attempts, "test-"));
  mkdirSync(join(folder, "try"), { mode: 0o700 });
  return folder;
}

function describeEnd({ id }: TaskModel, end: AttemptEnd, redact: (text: string) => string): string {
  if (end.outcome !== "success") return `${id} ${end.outcome}${end.error === null ? "" : `: ${redact(end.error)}`}\n`;
  const returned = end.returnValue === null ? "" : `: returned ${redact(JSON.stringify(end.returnValue))}`;
  return `${id} success${returned}\n`;
}
