// Schedulers of a project that live for half a second each, and some of their tasks with them.

import { readdirSync } from "node:fs";
import { isAttemptsWrapper } from "../../runtime/executor/find-wrapper.ts";
import { attemptVariable } from "../../runtime/executor/sweep-attempts.ts";
import { type KilledCall, pickMoment } from "./kill-moments.ts";
import { isAlive, parentOf } from "./processes.ts";
import type { Random } from "./random.ts";
import { killNow, type RunningScheduler, readEnvironment, runs, startScheduler } from "./scheduler-process.ts";

/** Of a task: as many as it survives whatever its retries. */
const mostLosses = 3;

export interface KillPlan {
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly kills: number;
  readonly random: Random;
  /** DAGs whose tasks are killed themselves, too; of any other DAG only what watches over them. */
  readonly mortalDags: readonly string[];
}

export interface Victim {
  readonly who: "task" | "wrapper";
  /** `dag run task try`. */
  readonly attempt: string;
}

export interface KillCounts {
  readonly victims: readonly Victim[];
  /** Milliseconds from a kill to the next scheduler's first event, ascending. */
  readonly recoveries: readonly number[];
  /** What a kill met, as the next scheduler found it. */
  readonly met: Readonly<Record<Met, number>>;
  /** Tries that the next scheduler went on with, over all. */
  readonly adopted: number;
}

type Met = KilledCall | "recovery" | "running tasks" | "tries before their process" | "peace";

export async function killOften({ root, environment, kills, random, mortalDags }: KillPlan): Promise<KillCounts> {
  const victims: Victim[] = [];
  const recoveries: number[] = [];
  const met: Record<Met, number> = {
    recovery: 0,
    "a write": 0,
    "a sync": 0,
    "a fork": 0,
    "tries before their process": 0,
    "running tasks": 0,
    peace: 0,
  };
  let adopted = 0;
  let killedAt: number | undefined;
  for (let kill = 0; kill < kills; kill++) {
    const moment = pickMoment(root, random, kill);
    const scheduler = startScheduler(root, { environment, under: moment.under });
    const reached = moment.reached(scheduler);
    if (random.chance(0.8)) {
      const timer = setTimeout(() => void killVictim(root, random, mortalDags, victims), random.integer(500));
      scheduler.ended.then(() => clearTimeout(timer));
    }
    await reached;
    if (moment.call !== undefined && !isAlive(scheduler.pid)) met[moment.call]++;
    scheduler.signal("SIGKILL");
    killedAt = countLife(scheduler, killedAt);
    await scheduler.ended;
  }
  return { victims, recoveries: recoveries.toSorted((left, right) => left - right), met, adopted };

  function countLife({ lines }: RunningScheduler, before: number | undefined): number {
    const first = lines.find(({ event }) => event !== "scheduler");
    if (first !== undefined && before !== undefined) recoveries.push(first.seenAt - before);
    const found = lines.find(({ event }) => event === "adopted");
    adopted += found?.processes ?? 0;
    if (found !== undefined && found.started! > 0) met["tries before their process"]++;
    if (found !== undefined && found.processes! > 0) met["running tasks"]++;
    if (!lines.some(runs)) met.recovery++;
    else if (found === undefined) met.peace++;
    return performance.now();
  }
}

/** Some process of some try. */
function killVictim(root: string, random: Random, mortalDags: readonly string[], victims: Victim[]): void {
  const candidates = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => findRole(root, Number(name), mortalDags) ?? []);
  const who = random.pick(["task", "wrapper"] as const);
  const mayDie = candidates.filter((victim) => victim.who === who && countOf(victims, victim) < mostLosses);
  if (mayDie.length === 0) return;
  const { pid, ...victim } = random.pick(mayDie);
  if (isAlive(pid) && killNow(pid)) victims.push(victim);
}

/** How often the task of this try was a victim. */
function countOf(victims: readonly Victim[], { attempt }: Victim): number {
  const task = attempt.slice(0, attempt.lastIndexOf(" "));
  return victims.filter((victim) => victim.attempt.startsWith(`${task} `)).length;
}

/** What watches over a try, or the process of the try itself, not its children. */
function findRole(root: string, pid: number, mortalDags: readonly string[]): (Victim & { pid: number }) | undefined {
  const folder = attemptOf(pid);
  if (folder?.startsWith(root) !== true) return undefined;
  const context = Object.fromEntries(readEnvironment(pid).map((entry) => entry.split("=", 2)));
  const attempt = ["DAG_ID", "DAG_RUN_ID", "TASK_ID", "TRY_NUMBER"].map((name) => context[`AIRFLOW_CTX_${name}`]);
  const name = attempt.join(" ");
  if (isAttemptsWrapper(pid, folder)) return { who: "wrapper", attempt: name, pid };
  const isOwn = isAttemptsWrapper(parentOf(pid), folder);
  return isOwn && mortalDags.includes(attempt[0]!) ? { who: "task", attempt: name, pid } : undefined;
}

function attemptOf(pid: number): string | undefined {
  const cookie = readEnvironment(pid).find((entry) => entry.startsWith(`${attemptVariable}=`));
  return cookie?.slice(attemptVariable.length + 1);
}
