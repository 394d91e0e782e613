// Sees the end of a wrapper that is not this process's child: by the exit file, or because it is gone without one.

import { type FSWatcher, watch } from "node:fs";
import { basename } from "node:path";
import { isAttemptsWrapper } from "./find-wrapper.ts";
import { killGroup } from "./kill-group.ts";
import { lostWrapper, type ProcessEnd, type SupervisedProcess } from "./supervise-process.ts";
import { exitFile, readExitCode } from "./wrapper.ts";

/** The folder is watched, so this is for what no file tells: the wrapper was killed. */
const lookIntervalMs = 1_000;
const lookAfterKillMs = 20;

/** Its timers and watches keep no process alive. */
export function watchWrapper(folder: string, pid: number): SupervisedProcess {
  let timer: NodeJS.Timeout | undefined;
  let look = () => {};
  const lookEvery = (intervalMs: number) => {
    clearInterval(timer);
    timer = setInterval(() => look(), intervalMs).unref();
  };
  const ended = new Promise<ProcessEnd>((resolve) => {
    const watcher = watchFolder(folder, () => look());
    look = () => {
      const end = readEndOf(folder, pid);
      if (end === undefined) return;
      look = () => {};
      clearInterval(timer);
      watcher?.close();
      resolve(end);
    };
    lookEvery(lookIntervalMs);
    look();
  });
  const signal = (name: NodeJS.Signals) => {
    if (!isAttemptsWrapper(pid, folder)) return false;
    killGroup(pid, name);
    if (name === "SIGKILL") lookEvery(lookAfterKillMs);
    return true;
  };
  return { pid, signal, ended };
}

/** Undefined while it runs. */
function readEndOf(folder: string, pid: number): ProcessEnd | undefined {
  // First: it may write its file and go between the two looks.
  const isThere = isAttemptsWrapper(pid, folder);
  const code = readExitCode(folder);
  if (code === undefined) return isThere ? undefined : lostWrapper;
  // It does so itself, but may not have come to it yet.
  if (isThere) killGroup(pid);
  return { kind: "exited", exit: { code, signal: null } };
}

/** Undefined where the system's watches are used up: then the looks at intervals have to do. */
function watchFolder(folder: string, onExit: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      // The task works in this folder: what it does there is not looked at.
      if (name === basename(exitFile(folder))) onExit();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined;
  }
}
