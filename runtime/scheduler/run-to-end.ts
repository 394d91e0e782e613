// The thin loop around the planner, for one dag run in the foreground: records ends and decisions, starts tasks, waits for whatever comes
// next. What to do is decided in plan-….ts. Callbacks only queue and ring: whatever fails, fails in the loop.

import type { JsonObject } from "../dag/json.ts";
import type { TaskModel } from "../dag/model.ts";
import type { RunningAttempt } from "../executor/start-attempt.ts";
import { type Bell, createBell } from "./bell.ts";
import { planCancel } from "./plan-cancel.ts";
import { type Decision, planRun } from "./plan-run.ts";
import {
  type EndedAttempt,
  inputsOf,
  type RecordedRun,
  readInstances,
  recordBreak,
  recordDecisions,
  recordEnd,
  recordFinish,
  recordSkips,
  unfinishedOf,
} from "./record-run.ts";

export interface ForegroundRun extends RecordedRun {
  /** Tasks at the same time; Airflow's `[core] parallelism`. */
  readonly parallelism: number;
  /** Of a DAG that does not say; Airflow's `[core] max_active_tasks_per_dag`. */
  readonly maxActiveTasksPerDag: number;
  readonly start: (task: TaskModel, tryNumber: number, xcoms: JsonObject) => RunningAttempt;
  /** Aborted by Ctrl-C: the run is cancelled and fails; its teardowns still run. */
  readonly signal: AbortSignal;
  /** Aborted by the second one: whatever runs is killed, teardowns too. */
  readonly killSignal: AbortSignal;
  readonly onChange: () => void;
}

const interrupted = "the run was interrupted";

/** Tries that run, and those that have ended since the loop last looked. */
interface Attempts {
  readonly running: Map<string, RunningAttempt>;
  readonly ended: EndedAttempt[];
  readonly bell: Bell;
  /** Whether a cancellation found anything to end: a run that was done already ends as it would have. */
  isCancelled: boolean;
  /** A task failed in a DAG with `failFast`: what it ends is not tried again. */
  isStopped: boolean;
}

/** Resolves to the run's final state. Rejects with what broke it, when nothing runs any more and the run is marked as failed. */
export async function runToEnd(run: ForegroundRun): Promise<"success" | "failed"> {
  const attempts: Attempts = {
    running: new Map(),
    ended: [],
    bell: createBell(),
    isCancelled: false,
    isStopped: false,
  };
  const { ring } = attempts.bell;
  const signals = [run.signal, run.killSignal];
  for (const signal of signals) signal.addEventListener("abort", ring);
  try {
    return await loop(run, attempts);
  } catch (error) {
    await breakOff(run, attempts, error);
    throw error;
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", ring);
  }
}

async function loop(run: ForegroundRun, attempts: Attempts): Promise<"success" | "failed"> {
  const { running, bell } = attempts;
  for (;;) {
    applyEnds(run, attempts);
    if (run.killSignal.aborted && unfinishedOf(run).length > 0) return await killAll(run, attempts);
    if (run.signal.aborted) cancel(run, attempts);
    else if (hasFailedFast(run)) attempts.isStopped = stopOthers(run, attempts);
    const freeSlots = run.parallelism - running.size;
    const { dag, maxActiveTasksPerDag } = run;
    const decisions = planRun({
      dag,
      instances: readInstances(run),
      now: run.clock(),
      freeSlots,
      maxActiveTasksPerDag,
    });
    const end = decisions.find((decision) => decision.kind === "finish");
    if (end) return finish(run, attempts.isCancelled ? "failed" : end.state);

    recordDecisions(run, decisions);
    for (const decision of decisions) if (decision.kind === "start") startAttempt(run, decision, attempts);
    if (decisions.length > 0) run.onChange();
    if (decisions.every(({ kind }) => kind === "wake")) await bell.wait(delayUntil(run, decisions));
  }
}

/** Called at every turn after the signal: what is ended or skipped already stays as it is. */
function cancel(run: ForegroundRun, attempts: Attempts): void {
  const { end, skip } = planCancel(run.dag, readInstances(run));
  if (end.length + skip.length > 0) attempts.isCancelled = true;
  for (const taskId of end) attempts.running.get(taskId)?.terminate(interrupted);
  if (skip.length === 0) return;
  recordSkips(run, skip);
  run.onChange();
}

/** Source: airflow/models/taskinstance.py (_stop_remaining_tasks), of Airflow 3.3. The run's state is its leaves', as ever. */
function stopOthers(run: ForegroundRun, { running }: Attempts): true {
  const { end, skip } = planCancel(run.dag, readInstances(run));
  for (const taskId of end) running.get(taskId)?.terminate("ended by failFast: another task failed");
  if (skip.length > 0) {
    recordSkips(run, skip);
    run.onChange();
  }
  return true;
}

function hasFailedFast(run: ForegroundRun): boolean {
  return run.dag.failFast === true && [...readInstances(run).values()].some(({ state }) => state === "failed");
}

async function killAll(run: ForegroundRun, attempts: Attempts): Promise<"success" | "failed"> {
  const running = [...attempts.running.values()];
  for (const attempt of running) attempt.kill(interrupted);
  await Promise.all(running.map(({ ended }) => ended));
  applyEnds(run, attempts);
  recordSkips(run, unfinishedOf(run));
  return finish(run, "failed");
}

async function breakOff(run: ForegroundRun, attempts: Attempts, cause: unknown): Promise<void> {
  const known = [...attempts.ended];
  for (const attempt of attempts.running.values()) attempt.terminate("the run was broken off");
  await Promise.all([...attempts.running.values()].map(({ ended }) => ended));
  try {
    // What had ended before counts as it ended.
    for (const attempt of known) recordEnd(run, attempt, true);
    recordBreak(run, `the run was broken off: ${cause instanceof Error ? cause.message : cause}`);
    finish(run, "failed");
  } catch {
    // The store or the view may be what broke. The first error is the one to tell.
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

function applyEnds(run: ForegroundRun, { running, ended, isStopped }: Attempts): void {
  for (let attempt = ended[0]; attempt !== undefined; attempt = ended[0]) {
    running.delete(attempt.task.id);
    const isOver = run.signal.aborted || isStopped;
    const isCancelled = run.killSignal.aborted || (isOver && attempt.task.role !== "teardown");
    // Whatever fails now, the ends behind it are not lost.
    ended.shift();
    recordEnd(run, attempt, isCancelled);
    run.onChange();
  }
}

function finish(run: ForegroundRun, state: "success" | "failed"): "success" | "failed" {
  recordFinish(run, state);
  run.onChange();
  return state;
}

function delayUntil({ clock }: ForegroundRun, decisions: readonly Decision[]): number {
  const moments = decisions.flatMap((decision) => (decision.kind === "wake" ? [decision.at] : []));
  return Math.max(0, Math.min(...moments) - clock());
}
