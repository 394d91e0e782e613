// What this process has needed at most. Linux's own number for it begins, in a process that was just started, with that of the one that started
// it: a test runner which holds the very object that must not be held.

import { readFileSync } from "node:fs";

/** In MB; of the pages that this program itself had in memory. */
export function peakMb() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
}
