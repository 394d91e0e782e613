// Which process is an attempt's wrapper. A number alone proves nothing, it may be another's by now: the wrapper's arguments hold the
// attempt's folder, which no other has.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isWrapperOf } from "./wrapper.ts";

const hasProc = process.platform === "linux";

/** A zombie has no arguments any more: it is gone. */
export function isAttemptsWrapper(pid: number, folder: string): boolean {
  if (hasProc) return isWrapperOf(folder, readArguments(pid), "\0");
  return isWrapperOf(folder, askPs(["-ww", "-o", "args=", "-p", String(pid)]), " ");
}

/** By its arguments alone, for when its number is not known. */
export function findWrapper(folder: string): number | undefined {
  if (hasProc) {
    const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    return pids.find((pid) => isAttemptsWrapper(pid, folder));
  }
  const lines = askPs(["-A", "-ww", "-o", "pid=,args="]).split("\n");
  const line = lines.find((text) => isWrapperOf(folder, text, " "));
  return line === undefined ? undefined : Number.parseInt(line, 10);
}

function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Ends with an error when there is no such process. */
function askPs(args: readonly string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}
