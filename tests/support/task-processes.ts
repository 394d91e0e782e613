// The task processes of a project, found and killed from outside: what an out-of-memory killer would do.

import { readdirSync, readFileSync } from "node:fs";

/** Process ids of the Node processes that run the task, by what the executor put into their environment. */
export function findTaskProcesses(projectRoot: string, taskId: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const command = read(pid, "cmdline");
      if (!command.includes(projectRoot) || !command.includes("task-main.mjs") || command.startsWith("sh\0"))
        return false;
      return read(pid, "environ").includes(`AIRFLOW_CTX_TASK_ID=${taskId}\0`);
    });
}

/** kill -9. @throws Error when there is none. */
export function killTask(projectRoot: string, taskId: string): void {
  const pids = findTaskProcesses(projectRoot, taskId);
  if (pids.length === 0) throw new Error(`no process runs ${taskId}`);
  for (const pid of pids) process.kill(pid, "SIGKILL");
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
