// What processes that run on have taken so far, by the kernel's account in /proc: all of some sessions, and what they started and buried.

import { readdirSync, readFileSync } from "node:fs";

export interface SessionsUsage {
  /** User and system time, of children that have ended, too. */
  readonly cpuMs: number;
  /** Without those children. */
  readonly ownCpuMs: number;
  /** Of the threads that there are, to the nanosecond: the others are counted in ticks, which those that rest rarely hit. */
  readonly threadsCpuMs: number;
  /** What is shared is counted once (PSS). */
  readonly memoryMb: number;
  readonly processes: number;
}

/** The kernel counts in these: USER_HZ, 100 on every Linux. */
const tickMs = 10;

export function usageOfSessions(leaders: readonly number[]): SessionsUsage {
  const found = listPids().flatMap((pid) => {
    const stat = readStat(pid);
    return stat !== undefined && leaders.includes(stat.session) ? [{ pid, ...stat }] : [];
  });
  return {
    cpuMs: found.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    ownCpuMs: found.reduce((sum, { ownCpuMs }) => sum + ownCpuMs, 0),
    threadsCpuMs: found.reduce((sum, { pid }) => sum + readThreadsMs(pid), 0),
    memoryMb: found.reduce((sum, { pid }) => sum + readMemoryMb(pid), 0),
    processes: found.length,
  };
}

/** Sooner or later all of them are gone. */
export function killSessions(leaders: readonly number[], folder: string): boolean {
  const left = listPids().filter((pid) => {
    const stat = readStat(pid);
    return stat !== undefined && (leaders.includes(stat.session) || readText(`/proc/${pid}/environ`).includes(folder));
  });
  for (const pid of left) {
    try {
      if (pid !== process.pid) process.kill(pid, "SIGKILL");
    } catch {
      // Gone meanwhile.
    }
  }
  return left.length === 0;
}

function listPids(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

interface ProcessStat {
  readonly session: number;
  readonly cpuMs: number;
  readonly ownCpuMs: number;
}

/** Undefined for what is gone, and for a zombie. */
function readStat(pid: number): ProcessStat | undefined {
  const text = readText(`/proc/${pid}/stat`);
  // After the name, which may hold anything: state, parent, group, session; user, system and those of children from the twelfth on.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (text === "" || fields[0] === "Z") return undefined;
  const [user, system, ofChildren, systemOfChildren] = fields.slice(11, 15).map((field) => Number(field) * tickMs);
  const ownCpuMs = user! + system!;
  return { session: Number(fields[3]), ownCpuMs, cpuMs: ownCpuMs + ofChildren! + systemOfChildren! };
}

function readThreadsMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readText(`/proc/${pid}/task/${thread}/schedstat`));
  return threads.reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1e6, 0);
}

function readMemoryMb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readText(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
