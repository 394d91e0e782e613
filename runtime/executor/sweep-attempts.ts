// Kills what left its attempt's process group (setsid) and would live on beside the next try. Every process of an attempt inherits its
// cookie, a variable with the attempt's folder; Linux shows it in /proc. Elsewhere nothing is found, and such a process lives on, as it
// does where a program writes over its own environment to change its title.

import { readdirSync, readFileSync } from "node:fs";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { killGroup } from "./kill-group.ts";

export const attemptVariable = "DAGWRIGHT_ATTEMPT";

/** One look at all processes costs milliseconds: after ends that nothing waits for, one does for all attempts of this time. */
const batchMs = 1_000;

/** Between them other work of this process has its turn. */
const processesAtOnce = 64;

/** A process may fork while it is looked for, and dies some time after it was killed: it is looked again until nothing is found, but not for ever. */
const maxLooks = 10;
const laterPerLookMs = 5;

const waiting = new Set<string>();
let timer: NodeJS.Timeout | undefined;

/** Soon, off the path of the tasks that come next. What is waiting when this process ends: `finishSweeps`. */
export function sweepSoon(folder: string): void {
  waiting.add(folder);
  timer ??= setTimeout(() => void finishSweeps(), batchMs).unref();
}

/** Of attempts that ended well shortly before this. Never rejects. */
export async function finishSweeps(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const folders = new Set(waiting);
  waiting.clear();
  if (folders.size > 0) await sweepAttempts((folder) => folders.has(folder));
}

/**
 * Kills every process of the attempts, by their folders, and every group that one of them is in. Also for a scheduler that comes after another
 * one: of that one's attempts all those that it did not adopt. Never rejects.
 */
export async function sweepAttempts(isSwept: (folder: string) => boolean): Promise<void> {
  // Of those that were found. What has another environment is known by its group alone.
  const groups = new Set<number>();
  for (let look = 0; look < maxLooks; look++) {
    if (!(await sweepOnce(isSwept, groups))) return;
    await wait(look * laterPerLookMs);
  }
}

async function sweepOnce(isSwept: (folder: string) => boolean, groups: Set<number>): Promise<boolean> {
  let isFound = false;
  for (const [index, pid] of listProcesses().entries()) {
    if (index % processesAtOnce === processesAtOnce - 1) await setImmediate();
    const folder = readCookie(pid);
    const isAttempts = folder !== undefined && isSwept(folder);
    if (pid === process.pid || !(isAttempts || groups.size > 0)) continue;
    const group = readGroup(pid);
    if (group === undefined || !(isAttempts || groups.has(group))) continue;
    isFound = true;
    groups.add(group);
    killGroup(group);
  }
  return isFound;
}

function listProcesses(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Of another user's process, and of a zombie, nothing can be read. */
function readCookie(pid: number): string | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`);
    const start = environment.indexOf(cookieStart);
    if (start === -1 || (start > 0 && environment[start - 1] !== 0)) return undefined;
    const end = environment.indexOf(0, start);
    return environment.toString("utf8", start + cookieStart.length, end === -1 ? environment.length : end);
  } catch {
    return undefined;
  }
}

const cookieStart = Buffer.from(`${attemptVariable}=`);

/**
 * A group is within one session, and an attempt's processes share none with others: all of its group are the attempt's, whatever their
 * environment. Undefined for what is dead already, and only waits to be buried.
 */
function readGroup(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // After the name, which may hold anything: state, parent, group.
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" || Number(group) <= 1 ? undefined : Number(group);
  } catch {
    return undefined;
  }
}
