// Starts, adopts and forgets the task processes of a scheduler: where their folders and logs are, and what environment they get.

import { mkdirSync, readdirSync, rm, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { isKnownError, KnownError } from "../../runtime/errors.ts";
import { adoptAttempt } from "../../runtime/executor/adopt-attempt.ts";
import type { AttemptEnd, AttemptRequest } from "../../runtime/executor/attempt.ts";
import { type RunningAttempt, startAttempt } from "../../runtime/executor/start-attempt.ts";
import { sweepAttempts } from "../../runtime/executor/sweep-attempts.ts";
import type { AttemptProcess, Spawner, SpawnRequest } from "../../runtime/scheduler/world.ts";
import { logFile, scheduledAttemptsFolder } from "../state-folder.ts";
import type { TaskSurroundings } from "./task-surroundings.ts";

export function createSpawner(surroundings: TaskSurroundings): Spawner {
  const root = scheduledAttemptsFolder(surroundings.projectRoot);
  /** Until they are forgotten: of one that has ended the folder alone says how, as long as the store does not. */
  const live = new Set<string>();
  const follow = (folder: string, running: RunningAttempt, onEnd: (end: AttemptEnd) => void): AttemptProcess => {
    live.add(folder);
    running.ended.then(onEnd);
    return running;
  };
  return {
    start: (request, onEnd) => {
      const attempt = attemptOf(surroundings, request);
      return explainStart(attempt.folder, () => {
        mkdirSync(attempt.folder, { recursive: true, mode: 0o700 });
        return follow(attempt.folder, startAttempt(attempt, { outlives: true }), onEnd);
      });
    },
    adopt: async (request, onEnd) => {
      const attempt = attemptOf(surroundings, request);
      const running = await adoptAttempt(attempt, request.startedAt);
      return running === "not_started" ? running : follow(attempt.folder, running, onEnd);
    },
    // Beside other work: a file system that writes its journal makes it wait. What is left over the next scheduler removes.
    forget: (run, taskId, starts) => {
      const folder = folderOf(root, { run, taskId, starts });
      live.delete(folder);
      rm(folder, { recursive: true, force: true, maxRetries: 2 }, () => {});
    },
    endStrays: async () => {
      await sweepAttempts((folder) => folder.startsWith(root + sep) && !live.has(folder));
      removeLeftFolders(root, live);
    },
  };
}

/** Whatever it is, it is one task's trouble, and may be over at its next try: a full disk, too many open files. */
function explainStart<T>(folder: string, start: () => T): T {
  try {
    return start();
  } catch (error) {
    if (isKnownError(error)) throw error;
    const trouble = { where: folder, found: (error as Error).message, remedy: "See that the disk has room" };
    throw new KnownError({ what: "the task's process cannot be started", ...trouble }, { cause: error });
  }
}

/** What nothing can go on without is said by the task's end, not by the scheduler's. */
function attemptOf(surroundings: TaskSurroundings, request: SpawnRequest): AttemptRequest {
  const { run, dag, task, tryNumber, starts, xcoms } = request;
  const { projectRoot } = surroundings;
  return {
    dag,
    task,
    tryNumber,
    run: run.facts,
    conf: run.conf,
    xcoms,
    definition: run.definition,
    buildFolder: run.build,
    projectRoot,
    folder: folderOf(scheduledAttemptsFolder(projectRoot), { run: run.id, taskId: task.id, starts }),
    logFile: logFile(projectRoot, { dagId: dag.id, runId: run.facts.id, taskId: task.id, tryNumber }),
    environment: surroundings.environment(),
    inheritedEnvironment: surroundings.inheritedEnvironment(),
  };
}

function folderOf(root: string, { run, taskId, starts }: { run: number; taskId: string; starts: number }): string {
  return join(root, `${run}.${taskId}.${starts}`);
}

/** Of tries whose end is in the store, and whose scheduler died before it removed them. */
function removeLeftFolders(root: string, live: ReadonlySet<string>): void {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    if (!live.has(folder)) removeIfPossible(folder);
  }
}

/** What a task left in it may not be removable: nobody needs it, and its name is never used again. */
function removeIfPossible(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // The next scheduler tries again.
  }
}
