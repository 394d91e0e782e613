// Starts the task process of a built project with a document, as its two callers do.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentFileVariable, documentVariable, type TaskDocument, type TaskResult } from "../../runtime/contract.ts";
import { readManifest, taskMainFile } from "../../runtime/manifest.ts";
import { createFolder } from "./built-project.ts";

export interface TaskStart {
  /** Holds `dags/dagwright`. */
  readonly build: string;
  readonly dagId: string;
  readonly taskId: string;
  readonly document?: Partial<TaskDocument>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Hands the document over in a file. */
  readonly inFile?: boolean;
}

export interface TaskProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Everything printed so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<TaskEnd>;
  /** Resolves when stdout holds this text. */
  printed(text: string): Promise<void>;
}

export interface TaskEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly result: TaskResult | undefined;
}

export function documentFor({ build, dagId, taskId, document }: TaskStart, folder: string): TaskDocument {
  const entry = readManifest(join(build, "dags", "dagwright")).dags.find(({ model }) => model.id === dagId);
  return {
    dagId,
    taskId,
    mapIndex: -1,
    tryNumber: 1,
    run: {
      id: "manual__2026-01-01T00:00:00+00:00",
      type: "manual",
      logicalDate: null,
      dataIntervalStart: null,
      dataIntervalEnd: null,
      runAfter: "2026-01-01T00:00:00+00:00",
    },
    params: {},
    conf: {},
    xcoms: {},
    connections: [],
    variables: [],
    environment: {},
    definition: entry?.definition ?? "",
    callerPid: process.pid,
    resultFile: join(folder, "result.json"),
    progressFile: join(folder, "progress.jsonl"),
    ...document,
  };
}

/** What hands the document over: in the environment, or in a file. */
export function handOver(document: TaskDocument, folder: string, inFile = false): Record<string, string> {
  if (!inFile) return { [documentVariable]: JSON.stringify(document) };
  const file = join(folder, "document.json");
  writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
  return { [documentFileVariable]: file };
}

export function taskMainOf(build: string): string {
  return join(build, "dags", "dagwright", taskMainFile);
}

/** Without what tells these tests themselves how long to run. */
export function startTaskProcess(start: TaskStart): TaskProcess {
  const folder = createFolder();
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DAGWRIGHT_"))),
    ...start.environment,
    ...handOver(documentFor(start, folder), folder, start.inFile),
  };
  const child = spawn(process.execPath, [taskMainOf(start.build)], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => output.stdout.includes(text) && resolve();
      child.stdout!.on("data", look);
      look();
    });
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]!.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  const ended = new Promise<TaskEnd>((resolve) =>
    child.once("close", (exitCode, signal) =>
      resolve({ exitCode, signal, ...output, result: readResult(join(folder, "result.json")) }),
    ),
  );
  return { child, folder, output, ended, printed };
}

export function runTaskProcess(start: TaskStart): Promise<TaskEnd> {
  return startTaskProcess(start).ended;
}

export function readResult(file: string): TaskResult | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as TaskResult) : undefined;
}
