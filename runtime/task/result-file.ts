// The result, written beside its place and renamed into it: whoever reads it sees all of it or nothing.

import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import type { TaskResult } from "../contract.ts";

export function writeResult(path: string, result: TaskResult): void {
  const beside = `${path}.part`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeFileSync(file, JSON.stringify(result));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
