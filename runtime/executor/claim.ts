// Who has an attempt: its wrapper, which then begins, or a scheduler that found it not begun, which then never does. The file `pid`
// in the attempt's folder says which: it is made by one alone, and never taken back.

import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Instead of a process's number. */
const adopterMark = "adopter";

/** Unfinished: made, but its one line is not there (yet). */
export type Claim = { readonly pid: number } | "adopter" | "unfinished" | "none";

export function pidFile(folder: string): string {
  return join(folder, "pid");
}

/**
 * True when it was made here: the attempt's wrapper never began, and never will. A link puts the file there with its content: were this process
 * killed in between, an empty one would stay.
 * @throws Error when the folder cannot be written.
 */
export function claimAttempt(folder: string): boolean {
  const beside = `${pidFile(folder)}.${process.pid}`;
  writeFileSync(beside, `${adopterMark}\n`, { mode: 0o600 });
  try {
    linkSync(beside, pidFile(folder));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
}

export function readClaim(folder: string): Claim {
  const text = readPidFile(folder);
  if (text === undefined) return "none";
  if (text === `${adopterMark}\n`) return "adopter";
  const pid = /^([1-9]\d*)\n$/.exec(text)?.[1];
  return pid === undefined ? "unfinished" : { pid: Number(pid) };
}

function readPidFile(folder: string): string | undefined {
  try {
    return readFileSync(pidFile(folder), "latin1");
  } catch {
    return undefined;
  }
}
