// Runs a dag run to its end while showing it, and says what did not go well.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../runtime/connections/environment.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { startAttempt } from "../runtime/executor/start-attempt.ts";
import { finishSweeps } from "../runtime/executor/sweep-attempts.ts";
import { runToEnd } from "../runtime/scheduler/run-to-end.ts";
import type { Settings } from "../runtime/settings.ts";
import type { DagRunRow } from "../runtime/store/dag-runs.ts";
import type { Store } from "../runtime/store/open-store.ts";
import { readTaskInstances } from "../runtime/store/task-instances.ts";
import type { Io } from "./command.ts";
import { explainRun } from "./explain-run.ts";
import { showRun, taskLines } from "./live/run-view.ts";
import { attemptsFolder, logFile } from "./state-folder.ts";

export interface PreparedRun {
  readonly store: Store;
  readonly dag: DagModel;
  readonly run: DagRunRow;
  readonly conf: JsonObject;
  readonly definition: string;
  readonly environment: Environment;
  readonly inheritedEnvironment: Environment;
  readonly redact: (text: string) => string;
  readonly settings: Settings;
  readonly isQuiet: boolean;
}

export async function runAndShow(prepared: PreparedRun, io: Io): Promise<"success" | "failed"> {
  const folder = join(attemptsFolder(io.projectRoot), `${prepared.run.id}`);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // What a run of a store that is gone may have left: a result in it would be taken for a new try's.
  removeFolder();
  try {
    return await runAndShowIn(folder, prepared, io);
  } finally {
    await finishSweeps();
    removeFolder();
  }
}

async function runAndShowIn(runFolder: string, prepared: PreparedRun, io: Io): Promise<"success" | "failed"> {
  const { store, dag, run, conf, definition, environment, inheritedEnvironment, redact, settings, isQuiet } = prepared;
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
    parallelism: settings.parallelism,
    maxActiveTasksPerDag: settings.maxActiveTasksPerDag,
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
        definition,
        buildFolder: run.build,
        projectRoot: io.projectRoot,
        folder,
        logFile: logOf(task.id, tryNumber),
        environment,
        inheritedEnvironment,
      });
    },
    // Even when the run was broken off: the view's timer would keep this process alive.
  }).finally(() => {
    stopAnnouncing();
    view?.end();
  });
  const isInterrupted = io.signal.aborted;
  if (!isQuiet) io.stdout(`${dag.id} ${state}${isInterrupted ? ", interrupted" : ""}\n`);
  io.stderr(explainRun({ dag, lines: taskLines(source), logOf, redact, isInterrupted }));
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
