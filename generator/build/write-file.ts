// One file to disk, whole or not at all: written beside its place and renamed into it.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Its folder must be there. */
export function writeAtomically(path: string, content: Uint8Array): void {
  replaceAtomically(path, (beside) => writeFileSync(beside, content));
}

/** @param write makes the file at the path that it is given. */
export function replaceAtomically(path: string, write: (beside: string) => void): void {
  const beside = `${path}.part-${process.pid}`;
  try {
    write(beside);
    renameSync(beside, path);
  } catch (error) {
    // Half a file, on a disk that is full.
    if (statSync(beside, { throwIfNoEntry: false })?.isFile()) rmSync(beside);
    throw error;
  }
}

/** Step by step: where a parent accepts no folders (/proc), Node's own recursive one never returns. */
export function createFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (path !== dirname(path)) createFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another build made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

export function isSame(path: string, content: Uint8Array): boolean {
  return existsSync(path) && readFileSync(path).equals(content);
}
