// The process ends when its caller is gone. Looked at from a worker thread: a handler that blocks the event loop must not blind it.

import { terminationGraceMs } from "../contract.ts";

const intervalMs = 500;

/** Once, before anything is done: the watch takes its first look only after an interval. */
export function isCallerThere(callerPid: number): boolean {
  try {
    process.kill(callerPid, 0);
    return true;
  } catch (error) {
    // There, but another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export async function watchCaller(callerPid: number): Promise<void> {
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(watch, {
    eval: true,
    workerData: { callerPid, intervalMs, graceMs: terminationGraceMs - intervalMs },
  });
  worker.unref();
  worker.on("error", (error) => console.error(`the watch over the caller ended: ${error.message}`));
}

// Plain JavaScript in a string: a worker's file would have to be found beside every bundle.
// The start time guards against another process that was given the caller's number.
const watch = `
const { workerData: { callerPid, intervalMs, graceMs } } = require("node:worker_threads");
const { readFileSync } = require("node:fs");
const readStat = () => {
  try {
    const stat = readFileSync("/proc/" + callerPid + "/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")")).split(" ");
    // A zombie is dead, although a signal still finds it.
    return { isDead: fields[1] === "Z" || fields[1] === "X", startTime: fields[20] };
  } catch { return { isDead: false, startTime: undefined }; }
};
const isThere = () => {
  try { process.kill(callerPid, 0); return true; } catch (error) { return error.code === "EPERM"; }
};
// With what it started, where it leads a process group, as in Airflow.
const end = (signal) => {
  try { process.kill(-process.pid, signal); } catch { process.kill(process.pid, signal); }
};
const first = readStat().startTime;
const timer = setInterval(() => {
  const { isDead, startTime } = readStat();
  if (isThere() && !isDead && startTime === first) return;
  clearInterval(timer);
  end("SIGTERM");
  setTimeout(() => end("SIGKILL"), graceMs);
}, intervalMs);
`;
