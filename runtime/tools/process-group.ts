// Whether anything of a process group still runs. The dead whose adopter does not look after them (a container's first process, often) do
// not count, although a signal still finds them.

import { readdirSync, readFileSync } from "node:fs";

export function hasGroup(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  const pids = listProcesses();
  return pids === undefined || pids.some((pid) => isLiveMember(pid, group));
}

/** Undefined where there is no /proc. */
function listProcesses(): string[] | undefined {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
}

function isLiveMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(ofGroup) === group && state !== "Z" && state !== "X";
  } catch {
    // It is gone by now.
    return false;
  }
}
