// Which processes there are, read from /proc, and waiting until one is gone.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A zombie is gone: only its parent has not looked yet. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Processes whose working directory is in this folder. */
export function processesIn(folder: string): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && workingDirectoryOf(name).startsWith(folder) && isAlive(Number(name)))
    .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
}

function workingDirectoryOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

/** Processes of a process group. */
export function groupOf(leader: number): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isAlive(Number(name)) && groupIdOf(Number(name)) === leader)
    .map((name) => ({ pid: Number(name), command: commandOf(Number(name)) }));
}

/** Processes of a session, whatever groups they are in. */
export function processesOfSession(leader: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && isAlive(Number(name)) && statOf(Number(name))[3] === leader)
    .map(Number);
}

function groupIdOf(pid: number): number {
  return statOf(pid)[2] ?? -1;
}

export function parentOf(pid: number): number {
  return statOf(pid)[1] ?? -1;
}

/** From its state on: parent, group and session are the next three. Empty when it is gone. */
function statOf(pid: number): readonly number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
  } catch {
    return [];
  }
}

/** Resolves to how long it took, in milliseconds. @throws Error when the condition does not come true in time. */
export async function waitUntil(condition: () => boolean, limitMs: number): Promise<number> {
  const start = Date.now();
  while (!condition()) {
    if (Date.now() - start > limitMs) throw new Error(`waited in vain for ${limitMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return Date.now() - start;
}
