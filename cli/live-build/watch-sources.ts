// Tells when a source may have changed. The system's own watches tell at once, but not on every file system, and not of what came too fast: so
// everything is looked at now and then, too; where the system gives no watches, more often.

import { type FSWatcher, statSync, watch } from "node:fs";
import { join } from "node:path";
import {
  type Interest,
  isOfInterest,
  isOther,
  planWatches,
  type SourceState,
  stateOf,
  type WatchPlan,
} from "./watch-plan.ts";

export interface SourceWatch {
  /** A build begins: whatever changes from now on is told. */
  begin(): void;
  /** It has ended, and depends on these: they are watched from now on, and what changed of them meanwhile is told. */
  follow(dependsOn: readonly string[]): void;
  stop(): void;
}

export interface WatchOptions {
  /** Called for each event: many for one change. */
  readonly onEvent: () => void;
  /** Told once when the system gives no watches. */
  readonly warn: (text: string) => void;
  readonly lookMs?: number;
  readonly lookWithoutWatchesMs?: number;
}

/** A thousand files take 5 ms. */
const defaultLookMs = 30_000;
const defaultLookWithoutWatchesMs = 2_000;

export function watchSources(root: string, options: WatchOptions): SourceWatch {
  const { onEvent, warn, lookMs = defaultLookMs, lookWithoutWatchesMs = defaultLookWithoutWatchesMs } = options;
  const watchers = new Map<string, Watched>();
  let dependsOn: readonly string[] = [];
  let plan: WatchPlan | undefined;
  let state: SourceState | undefined;
  let begunAt = 0;
  let isTold = true;
  const look = () => {
    if (plan === undefined) return;
    const now = stateOf(root, plan);
    if (state !== undefined && isOther(state, now, begunAt)) onEvent();
    state = now;
  };
  let timer = setInterval(look, lookMs);
  const arm = () => {
    plan = planWatches(root, dependsOn);
    const refused = isTold ? watchFolders(watchers, plan, onEvent) : undefined;
    if (refused === undefined) return;
    isTold = false;
    closeAll(watchers);
    clearInterval(timer);
    timer = setInterval(look, lookWithoutWatchesMs);
    warn(explainLimit(refused, lookWithoutWatchesMs));
  };
  return {
    begin: () => {
      begunAt = Date.now();
      arm();
      state = stateOf(root, plan!);
    },
    follow: (paths) => {
      dependsOn = paths;
      arm();
      look();
    },
    stop: () => {
      clearInterval(timer);
      closeAll(watchers);
    },
  };
}

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that was removed and made again is another one. */
  readonly inode: number;
  interest: Interest;
}

/** Returns the code of the error when the system gives no more watches. */
function watchFolders(watchers: Map<string, Watched>, { folders }: WatchPlan, onEvent: () => void): string | undefined {
  for (const [folder, { watcher, inode }] of watchers) {
    if (folders.has(folder) && inodeOf(folder) === inode) continue;
    watcher.close();
    watchers.delete(folder);
  }
  for (const [folder, interest] of folders) {
    const known = watchers.get(folder);
    if (known) known.interest = interest;
    else {
      try {
        watchers.set(folder, watchFolder(folder, interest, onEvent));
      } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        if (code === "ENOSPC" || code === "EMFILE") return code;
        // Gone meanwhile, or not to be looked into: the next look finds what becomes of it.
      }
    }
  }
  return undefined;
}

function watchFolder(folder: string, interest: Interest, onEvent: () => void): Watched {
  const inode = inodeOf(folder);
  const watched: Watched = {
    inode,
    interest,
    watcher: watch(folder, (_, name) => {
      if (name === null || isOfInterest(watched.interest, join(folder, name))) onEvent();
    }),
  };
  // On Windows a folder that is removed is an error; its parent tells of it.
  watched.watcher.on("error", () => watched.watcher.close());
  return watched;
}

function inodeOf(folder: string): number {
  try {
    return statSync(folder).ino;
  } catch {
    return -1;
  }
}

function closeAll(watchers: Map<string, Watched>): void {
  for (const { watcher } of watchers.values()) watcher.close();
  watchers.clear();
}

function explainLimit(code: string, lookMs: number): string {
  const [limit, value] =
    code === "ENOSPC" ? ["fs.inotify.max_user_watches", 524_288] : ["fs.inotify.max_user_instances", 1_024];
  return [
    `warning: the system watches no more files (${code}): they are looked at every ${lookMs / 1_000} s instead`,
    `  fix: sudo sysctl ${limit}=${value}, and start again`,
    "",
  ].join("\n");
}
