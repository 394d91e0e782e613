// The DAGs of the benchmarks as a project of their own, built as a user builds, and their tasks as processes to be timed.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../quickstart/project-root.ts";
import { documentVariable, type TaskDocument } from "../runtime/contract.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import { isNodeTask } from "../runtime/dag/model.ts";
import { nodeEnvironment } from "../runtime/executor/task-environment.ts";
import { readManifest, taskMainFile } from "../runtime/manifest.ts";
import type { Step } from "./benchmark.ts";

export const commandLine = join(projectRoot, "dist", "cli", "main.js");

export interface BenchProject {
  readonly root: string;
  /** Airflow's dags folder. */
  readonly dagsFolder: string;
  /** The start of a task's process, as Airflow's helper and the standalone executor do it. */
  taskStep(dagId: string, taskId: string, surroundings?: TaskSurroundings): Step;
}

export interface TaskSurroundings {
  /** Where relative paths of data files start. */
  readonly dataFolder?: string;
  /** Id → URI. */
  readonly connections?: Readonly<Record<string, string>>;
  /** What upstream tasks returned, by their ids. */
  readonly xcoms?: JsonObject;
  /** What whoever triggered the run gave: a destructive DAG's `confirm`. */
  readonly conf?: JsonObject;
  /** The process that the task watches, as Airflow's helper has it; the standalone executor's wrapper does that itself. */
  readonly callerPid?: number;
}

export function createBenchProject(atEnd: (remove: () => Promise<void>) => void): BenchProject {
  const root = mkdtempSync(join(tmpdir(), "dagwright-bench-"));
  atEnd(async () => rmSync(root, { recursive: true, force: true }));
  cpSync(join(projectRoot, "bench", "dags"), join(root, "dags"), { recursive: true });
  execFileSync(process.execPath, [commandLine, "build", "--project", root], { stdio: ["ignore", "ignore", "inherit"] });
  const dagsFolder = join(root, "build", "dags");
  const buildFolder = join(dagsFolder, "dagwright");
  const attempts = mkdtempSync(join(root, "attempts-"));
  return {
    root,
    dagsFolder,
    taskStep: (dagId, taskId, surroundings = {}) => ({
      command: process.execPath,
      args: [join(buildFolder, taskMainFile)],
      environment: environmentOf({ buildFolder, dagId, taskId, surroundings, folder: join(attempts, "/") }),
    }),
  };
}

interface Attempt {
  readonly buildFolder: string;
  readonly dagId: string;
  readonly taskId: string;
  readonly surroundings: TaskSurroundings;
  readonly folder: string;
}

function environmentOf({ buildFolder, dagId, taskId, surroundings, folder }: Attempt): Record<string, string> {
  const { model, definition } = readManifest(buildFolder).dags.find(({ model }) => model.id === dagId)!;
  const task = model.tasks.find(({ id }) => id === taskId)!;
  if (!isNodeTask(task)) throw new Error(`${dagId}.${taskId} is no Node task`);
  const { connections = {}, dataFolder = folder, xcoms = {}, conf = {} } = surroundings;
  const now = new Date().toISOString();
  const run = { id: `manual__${now}`, type: "manual", logicalDate: now, dataIntervalStart: now, dataIntervalEnd: now };
  const attempt = {
    dag: model,
    task,
    tryNumber: 1,
    run: { ...run, runAfter: now },
    conf,
    xcoms,
    definition,
    buildFolder,
    projectRoot: dataFolder,
    folder: mkdtempSync(folder),
    logFile: "",
    environment: Object.fromEntries(
      Object.entries(connections).map(([id, uri]) => [`AIRFLOW_CONN_${id.toUpperCase()}`, uri]),
    ),
    inheritedEnvironment: {},
    callerPid: process.pid,
  };
  const environment = nodeEnvironment(attempt, task);
  if (surroundings.callerPid === undefined) return environment;
  const document = JSON.parse(environment[documentVariable]!) as TaskDocument;
  return { ...environment, [documentVariable]: JSON.stringify({ ...document, callerPid: surroundings.callerPid }) };
}
