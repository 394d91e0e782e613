// How far running tasks are, read from their progress files, and said in few characters.

import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { Progress } from "../../runtime/contract.ts";

export interface TotalProgress {
  readonly rows: number;
  readonly bytes: number;
  /** The table that reported last. */
  readonly table: string;
}

export interface ProgressReader {
  /** What the file says by now; `isFinal` when nothing will write it any more: then it is read for the last time. */
  read(file: string, isFinal: boolean): TotalProgress | undefined;
}

/** Remembers where it stopped in each file: a view reads several times a second, and a long task writes many lines. */
export function createProgressReader(): ProgressReader {
  const known = new Map<string, KnownProgress>();
  return {
    read(file, isFinal) {
      const progress = known.get(file) ?? { offset: 0, latest: new Map<string, Progress>(), table: "", isFinal: false };
      known.set(file, progress);
      if (!progress.isFinal) readOn(file, progress);
      progress.isFinal = isFinal;
      return totalOf(progress);
    },
  };
}

interface KnownProgress {
  /** Behind the last whole line that was read. */
  offset: number;
  readonly latest: Map<string, Progress>;
  table: string;
  isFinal: boolean;
}

/** At most so much at once. */
const chunkBytes = 64 * 1024;

function readOn(file: string, progress: KnownProgress): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, "r");
  try {
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes);
      const length = readSync(descriptor, chunk, 0, chunkBytes, progress.offset);
      // The rest is being written; no line is as long as a chunk.
      const end = chunk.lastIndexOf("\n", length - 1) + 1;
      if (length === 0 || end === 0) return;
      for (const line of chunk.toString("utf8", 0, end).split("\n")) {
        if (line === "") continue;
        const told = JSON.parse(line) as Progress;
        progress.latest.set(told.table, told);
        progress.table = told.table;
      }
      progress.offset += end;
    }
  } finally {
    closeSync(descriptor);
  }
}

function totalOf({ latest, table }: KnownProgress): TotalProgress | undefined {
  if (latest.size === 0) return undefined;
  const parts = [...latest.values()];
  return {
    table,
    rows: parts.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** `46,273 rows, 3.1 MB, 2.4 MB/s` */
export function formatProgress({ rows, bytes }: TotalProgress, seconds: number): string {
  const rate = seconds > 0.5 ? `, ${formatBytes(bytes / seconds)}/s` : "";
  return `${rows > 0 ? `${rows.toLocaleString("en")} rows, ` : ""}${formatBytes(bytes)}${rate}`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
