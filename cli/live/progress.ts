// How far running tasks are, read from their progress files, and said in few characters.

import { existsSync, readFileSync } from "node:fs";
import type { Progress } from "../../runtime/contract.ts";

export interface TotalProgress {
  readonly rows: number;
  readonly bytes: number;
  /** The table that reported last. */
  readonly table: string;
}

export function readProgress(file: string): TotalProgress | undefined {
  if (!existsSync(file)) return undefined;
  const latest = new Map<string, Progress>();
  let table = "";
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (!line.endsWith("}")) continue; // being written
    const progress = JSON.parse(line) as Progress;
    latest.set(progress.table, progress);
    table = progress.table;
  }
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
