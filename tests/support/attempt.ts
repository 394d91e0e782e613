// Starts one try through the executor, in a folder of its own.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../runtime/connections/environment.ts";
import type { AttemptEnd, AttemptRequest } from "../../runtime/executor/attempt.ts";
import { type RunningAttempt, type StartOptions, startAttempt } from "../../runtime/executor/start-attempt.ts";
import { exitFile } from "../../runtime/executor/wrapper.ts";
import { readManifest } from "../../runtime/manifest.ts";
import { createFolder } from "./built-project.ts";
import { type MadeTask, madeDag } from "./made-dag.ts";
import { waitUntil } from "./processes.ts";

export interface StartedAttempt extends RunningAttempt {
  readonly folder: string;
  log(): string;
  /** What the wrapper wrote down; undefined while it runs. */
  exit(): string | undefined;
  /** Resolves when the log holds this text. */
  logged(text: string): Promise<void>;
}

export function startBash(command: string, task: Partial<MadeTask> = {}, environment = process.env): StartedAttempt {
  return start(bashRequest(command, task, environment));
}

/** For what goes on when its starter is gone. */
export function startOutliving(command: string, task: Partial<MadeTask> = {}): StartedAttempt {
  return start(bashRequest(command, task), { outlives: true });
}

/** Its folder is there, and empty. */
export function bashRequest(
  command: string,
  task: Partial<MadeTask> = {},
  environment: Environment = process.env,
): AttemptRequest {
  const dag = madeDag([{ id: "bash_task", ...task }]);
  const bashTask = { ...dag.tasks[0]!, kind: "bash", command } as AttemptRequest["task"];
  return requestOf({ dag, task: bashTask, definition: "", buildFolder: "", environment });
}

export interface BuiltTask {
  readonly build: string;
  readonly dagId: string;
  readonly taskId: string;
}

export function startBuilt({ build, dagId, taskId }: BuiltTask, more: Partial<AttemptRequest> = {}): StartedAttempt {
  const buildFolder = join(build, "dags", "dagwright");
  const { model, definition } = readManifest(buildFolder).dags.find((entry) => entry.model.id === dagId)!;
  const task = model.tasks.find(({ id }) => id === taskId)!;
  return start(requestOf({ dag: model, task, definition, buildFolder, environment: process.env, ...more }));
}

export async function runBash(command: string): Promise<AttemptEnd & { log: string }> {
  const attempt = startBash(command);
  return { ...(await attempt.ended), log: attempt.log() };
}

type Given = Pick<AttemptRequest, "dag" | "task" | "definition" | "buildFolder" | "environment"> &
  Partial<AttemptRequest>;

function requestOf(given: Given): AttemptRequest {
  const root = createFolder();
  const folder = join(root, "attempt");
  mkdirSync(folder, { mode: 0o700 });
  const runAfter = "2026-01-01T00:00:00+00:00";
  const noDates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  return {
    tryNumber: 1,
    run: { id: `manual__${runAfter}`, type: "manual", ...noDates, runAfter },
    conf: {},
    xcoms: {},
    projectRoot: root,
    folder,
    logFile: join(root, "logs", "attempt=1.log"),
    inheritedEnvironment: given.environment,
    ...given,
  };
}

function start(request: AttemptRequest, options?: StartOptions): StartedAttempt {
  return observe(request, startAttempt(request, options));
}

/** What can be seen of an attempt from outside, beside what its handle tells. */
export function observe({ folder, logFile }: AttemptRequest, attempt: RunningAttempt): StartedAttempt {
  const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
  const log = () => read(logFile) ?? "";
  return {
    ...attempt,
    folder,
    log,
    exit: () => read(exitFile(folder))?.trim(),
    logged: async (text) => void (await waitUntil(() => log().includes(text), 20_000)),
  };
}
