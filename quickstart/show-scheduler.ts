// Both Pagila DAGs under the scheduler, one started by hand, one by its schedule: the commands that one would type, and what has come of them.

import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "./project-root.ts";
import { commandFile, readCommand, runCommand } from "./run-command.ts";
import { writeScheduledProject } from "./scheduled-project.ts";

const triggered = "load_pagila_to_postgres";
const scheduled = "replicate_pagila_to_target";
/** From the copy's making to its first run: the scheduler has to be there by then. */
const aheadMs = 8_000;
const limitMs = 120_000;

interface Run {
  readonly run_id: string;
  readonly run_type: string;
  readonly state: string;
}

/** False when a run did not come, or failed. */
export async function showScheduler(
  environment: Readonly<Record<string, string>>,
  isInterrupted: () => boolean,
): Promise<boolean> {
  const folder = writeScheduledProject(new Date(Date.now() + aheadMs));
  console.log(`\nThe same DAGs in ${folder}, where ${scheduled} has a schedule that begins in ${aheadMs / 1000} s.`);
  const project = ["--project", folder];
  const scheduler = startScheduler(project, environment);
  try {
    const isDone = async () => {
      const runs = await Promise.all([triggered, scheduled].map((dag) => readRuns(dag, project, environment)));
      return runs.every((ofDag) => ofDag.some(({ state }) => state === "success" || state === "failed"));
    };
    if (!(await waitFor(() => knowsDags(project, environment), isInterrupted))) return false;
    await runCommand(["dags", "unpause", triggered, ...project], environment);
    await runCommand(["dags", "unpause", scheduled, ...project], environment);
    await runCommand(["dags", "trigger", triggered, ...project], environment);
    if (!(await waitFor(isDone, isInterrupted))) return false;
  } finally {
    scheduler.kill("SIGTERM");
    await new Promise((resolve) => scheduler.exitCode ?? scheduler.once("exit", resolve));
  }
  const states: string[] = [];
  for (const dag of [triggered, scheduled]) {
    await runCommand(["dags", "list-runs", dag, ...project], environment);
    states.push(...(await readRuns(dag, project, environment)).map(({ state }) => state));
  }
  return states.every((state) => state === "success");
}

function startScheduler(project: readonly string[], environment: Readonly<Record<string, string>>) {
  console.log(`\n$ npx dagwright scheduler ${project.join(" ")} &`);
  return spawn(process.execPath, [commandFile, "scheduler", ...project], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: "inherit",
    // Ctrl-C in the terminal reaches this process, which ends it in order.
    detached: true,
  });
}

/** Its scheduler is alive, and the first build is live. */
async function knowsDags(project: readonly string[], environment: Readonly<Record<string, string>>): Promise<boolean> {
  if ((await readCommand(["jobs", "check", ...project], environment)) === undefined) return false;
  const dags = await readCommand(["dags", "list", ...project, "-o", "json"], environment);
  return dags !== undefined && (JSON.parse(dags) as unknown[]).length > 0;
}

async function readRuns(
  dagId: string,
  project: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly Run[]> {
  const text = await readCommand(["dags", "list-runs", dagId, ...project, "-o", "json"], environment);
  return text === undefined ? [] : (JSON.parse(text) as Run[]);
}

async function waitFor(condition: () => Promise<boolean>, isInterrupted: () => boolean): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end && !isInterrupted(); ) {
    if (await condition()) return true;
    await pause(250);
  }
  return false;
}
