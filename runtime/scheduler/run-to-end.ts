// The thin loop around the planner, for one dag run in the foreground: applies ends and decisions to the store, starts tasks, waits
// for whatever comes next. What to do is decided in plan-run.ts and plan-end.ts. Callbacks only queue and ring: whatever fails, fails in the loop.

import type { JsonObject } from "../dag/json.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";
import type { AttemptEnd } from "../executor/attempt.ts";
import { startTimer } from "../executor/long-timer.ts";
import type { RunningAttempt } from "../executor/start-attempt.ts";
import { type DagRunRow, finishDagRun } from "../store/dag-runs.ts";
import type { Store } from "../store/open-store.ts";
import { endTask, readTaskInstances, settleTask, startTask } from "../store/task-instances.ts";
import { readXCom, returnValueKey, writeXComs } from "../store/xcoms.ts";
import { planEnd, skippedByShortCircuit } from "./plan-end.ts";
import { type Decision, planRun } from "./plan-run.ts";

export interface ForegroundRun {
  readonly store: Store;
  readonly dag: DagModel;
  readonly run: DagRunRow;
  /** Tasks at the same time; Airflow's `[core] parallelism`. */
  readonly parallelism: number;
  readonly start: (task: TaskModel, tryNumber: number, xcoms: JsonObject) => RunningAttempt;
  readonly clock: () => number;
  /** Aborted by Ctrl-C: running tasks are ended, the run fails. */
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** Tries that run, and those that have ended since the loop last looked. */
interface Attempts {
  readonly running: Map<string, RunningAttempt>;
  readonly ended: EndedAttempt[];
  readonly bell: Bell;
}

interface EndedAttempt {
  readonly task: TaskModel;
  readonly tryNumber: number;
  readonly end: AttemptEnd;
}

/** Resolves to the run's final state. Rejects with what broke it, when nothing runs any more and the run is marked as failed. */
export async function runToEnd(run: ForegroundRun): Promise<"success" | "failed"> {
  const attempts: Attempts = { running: new Map(), ended: [], bell: createBell() };
  const onAbort = () => {
    for (const attempt of attempts.running.values()) attempt.terminate("cancelled");
    attempts.bell.ring();
  };
  run.signal.addEventListener("abort", onAbort);
  try {
    return await loop(run, attempts);
  } catch (error) {
    await breakOff(run, attempts, error);
    throw error;
  } finally {
    run.signal.removeEventListener("abort", onAbort);
  }
}

async function loop(run: ForegroundRun, attempts: Attempts): Promise<"success" | "failed"> {
  const { running, bell } = attempts;
  for (;;) {
    applyEnds(run, attempts);
    if (run.signal.aborted && running.size === 0) return finish(run, "failed");
    const decisions = run.signal.aborted ? [] : decide(run, running.size);
    const end = decisions.find((decision) => decision.kind === "finish");
    if (end) return finish(run, end.state);

    run.store.transaction(() => applyDecisions(run, decisions)).immediate();
    for (const decision of decisions) if (decision.kind === "start") startAttempt(run, decision, attempts);
    if (decisions.length > 0) run.onChange();
    if (decisions.every(({ kind }) => kind === "wake")) await bell.wait(delayUntil(run, decisions));
  }
}

async function breakOff(run: ForegroundRun, { running }: Attempts, cause: unknown): Promise<void> {
  for (const attempt of running.values()) attempt.terminate("the run was broken off");
  await Promise.all([...running.values()].map(({ ended }) => ended));
  const error = `the run was broken off: ${cause instanceof Error ? cause.message : cause}`;
  const end = { state: "failed", nextTryAt: null, error, endDate: isoOf(run.clock()) } as const;
  try {
    for (const { taskId, tryNumber, state } of readTaskInstances(run.store, run.run.id)) {
      if (state === "running") endTask(run.store, run.run.id, { taskId, tryNumber, ...end });
    }
    finish(run, "failed");
  } catch {
    // The store or the view may be what broke. The first error is the one to tell.
  }
}

function decide(run: ForegroundRun, running: number): Decision[] {
  const instances = new Map(readTaskInstances(run.store, run.run.id).map((row) => [row.taskId, row]));
  return planRun({ dag: run.dag, instances, now: run.clock(), freeSlots: run.parallelism - running });
}

function applyDecisions({ store, run, clock }: ForegroundRun, decisions: readonly Decision[]): void {
  const now = isoOf(clock());
  for (const decision of decisions) {
    switch (decision.kind) {
      case "settle":
        settleTask(store, run.id, { ...decision, tryNumber: decision.state === "success" ? 1 : 0, endDate: now });
        break;
      case "start":
        startTask(store, run.id, { ...decision, startDate: now });
        break;
      case "finish":
      case "wake":
        break;
      default:
        decision satisfies never;
    }
  }
}

function startAttempt(
  run: ForegroundRun,
  { taskId, tryNumber }: Extract<Decision, { kind: "start" }>,
  { running, ended, bell }: Attempts,
): void {
  const task = run.dag.tasks.find((other) => other.id === taskId)!;
  const attempt = run.start(task, tryNumber, inputsOf(run, task));
  running.set(taskId, attempt);
  attempt.ended.then((end) => {
    ended.push({ task, tryNumber, end });
    bell.ring();
  });
}

function applyEnds(run: ForegroundRun, { running, ended }: Attempts): void {
  for (const attempt of ended.splice(0)) {
    running.delete(attempt.task.id);
    run.store.transaction(() => applyEnd(run, attempt)).immediate();
    run.onChange();
  }
}

function applyEnd({ store, dag, run, clock, signal }: ForegroundRun, { task, tryNumber, end }: EndedAttempt): void {
  const now = clock();
  const isRetryable = end.isRetryable && !signal.aborted;
  const planned = planEnd(dag, task, { tryNumber, outcome: { ...end, isRetryable } }, now);
  const endDate = isoOf(now);
  if (!endTask(store, run.id, { taskId: task.id, tryNumber, ...planned, error: end.error, endDate })) return;
  // A null return value leaves alone what the task set under its name.
  const returned = end.returnValue === null ? {} : { [returnValueKey]: end.returnValue };
  writeXComs(store, run.id, task.id, { ...end.xcoms, ...returned });
  if (end.goesOn) return;
  for (const taskId of skippedByShortCircuit(dag, task.id)) {
    settleTask(store, run.id, { taskId, state: "skipped", tryNumber: 0, endDate });
  }
}

function inputsOf({ store, run }: ForegroundRun, task: TaskModel): JsonObject {
  if (!("xcoms" in task)) return {};
  return Object.fromEntries(Object.entries(task.xcoms).map(([name, id]) => [name, readXCom(store, run.id, id)]));
}

function finish({ store, run, clock, onChange }: ForegroundRun, state: "success" | "failed"): "success" | "failed" {
  finishDagRun(store, run.id, state, isoOf(clock()));
  onChange();
  return state;
}

function delayUntil({ clock }: ForegroundRun, decisions: readonly Decision[]): number {
  const moments = decisions.flatMap((decision) => (decision.kind === "wake" ? [decision.at] : []));
  return Math.max(0, Math.min(...moments) - clock());
}

function isoOf(moment: number): string {
  return new Date(moment).toISOString();
}

interface Bell {
  ring(): void;
  /** Until it rings, or for so long. A ring while nobody waits is kept. */
  wait(limitMs: number): Promise<void>;
}

function createBell(): Bell {
  let isRung = false;
  let wake = () => {};
  return {
    ring: () => {
      isRung = true;
      wake();
    },
    wait: (limitMs) =>
      new Promise<void>((resolve) => {
        const stopTimer = limitMs === Number.POSITIVE_INFINITY ? () => {} : startTimer(limitMs, () => wake());
        wake = () => {
          stopTimer();
          isRung = false;
          wake = () => {};
          resolve();
        };
        if (isRung) wake();
      }),
  };
}
