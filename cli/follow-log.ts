// Follows a task's log while the task prints into it, like `tail -f`; also where the log is cut meanwhile as it is over its cap: what was
// printed already is not printed again, and what was left out before it was read is told by the log's own line.

import { closeSync, existsSync, openSync, readSync, watch } from "node:fs";
import { defaultLogCapBytes, findCut } from "../runtime/executor/cap-log.ts";
import { createBell } from "../runtime/scheduler/bell.ts";

export interface FollowedLog {
  readonly file: string;
  /** Waits until its reader has taken it. */
  readonly print: (bytes: Buffer) => Promise<void>;
  /** Nothing more will be printed into it. */
  readonly isEnded: () => boolean;
  /** Resolves when it may have ended: it is looked at once more. */
  readonly whenEnded?: Promise<unknown>;
  readonly signal: AbortSignal;
  readonly capBytes?: number;
}

/** Not every file system tells of changes, and none of the end of a task. */
const lookIntervalMs = 500;
const chunkBytes = 64 * 1024;

/** Resolves when the log has ended and all of it is printed. Rejects when the signal is aborted. */
export async function followLog(log: FollowedLog): Promise<void> {
  const { file, print, isEnded, whenEnded, signal, capBytes = defaultLogCapBytes } = log;
  const bell = createBell();
  whenEnded?.then(bell.ring);
  let reader: LogReader | undefined;
  let stopWatching = () => {};
  signal.addEventListener("abort", bell.ring);
  try {
    for (;;) {
      signal.throwIfAborted();
      // Asked before: what was printed until then is there to be read.
      const isLast = isEnded();
      if (reader === undefined && existsSync(file)) {
        reader = openReader(file, capBytes);
        stopWatching = watchFile(file, bell.ring);
      }
      for (let bytes = reader?.read(); bytes !== undefined; bytes = reader?.read()) {
        await print(bytes);
        signal.throwIfAborted();
      }
      if (isLast) return;
      await bell.wait(lookIntervalMs);
    }
  } finally {
    signal.removeEventListener("abort", bell.ring);
    stopWatching();
    reader?.close();
  }
}

function watchFile(file: string, onChange: () => void): () => void {
  try {
    const watcher = watch(file, onChange);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    // As many are watched as may be: it is looked at from time to time.
    return () => {};
  }
}

interface LogReader {
  /** Undefined when there is nothing new. */
  read(): Buffer | undefined;
  close(): void;
}

function openReader(path: string, capBytes: number): LogReader {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(chunkBytes);
  let position = 0;
  let shiftBytes = findCut(file, capBytes)?.shiftBytes ?? 0;
  const keepUp = () => {
    const cut = findCut(file, capBytes);
    if (cut === undefined || cut.shiftBytes === shiftBytes) return false;
    if (position > cut.at) position = Math.max(cut.at, position - (cut.shiftBytes - shiftBytes));
    shiftBytes = cut.shiftBytes;
    return true;
  };
  return {
    read: () => {
      keepUp();
      let length = readSync(file, buffer, 0, buffer.length, position);
      // It was cut in between: that was read in the wrong place.
      while (keepUp()) length = readSync(file, buffer, 0, buffer.length, position);
      position += length;
      return length === 0 ? undefined : Buffer.from(buffer.subarray(0, length));
    },
    close: () => closeSync(file),
  };
}
