// One turn of the scheduler: what it decides in one transaction, and what is to be done once that is in the store.

import { isFinished } from "../dag/states.ts";
import { endTask, overruleTask, scheduleTask, settleTask, startTask } from "../store/task-instances.ts";
import { type ActiveRun, changeInstance, type TaskInstanceState } from "./active-run.ts";
import type { SchedulerEvent } from "./events.ts";
import type { Memory } from "./memory.ts";
import type { PreviousRuns } from "./past.ts";
import type { Processes } from "./processes.ts";
import type { World } from "./world.ts";

export interface Turn {
  readonly world: World;
  readonly memory: Memory;
  readonly processes: Processes;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The same, as the store has it. */
  readonly nowText: string;
  readonly events: SchedulerEvent[];
  /** Tasks that were marked as running, and whose processes are to be started. */
  readonly starts: TaskStart[];
  /** What fails now fails because the scheduler stops. */
  readonly isStopping: boolean;
  /** Nothing new begins. */
  readonly isHolding: boolean;
  readonly previousRuns: PreviousRuns;
  wakeAt: number;
  /** Of this turn. */
  createdRuns: number;
  /** What happened in one run has to be looked at in another, which may have had its look already. */
  hasTouchedOthers: boolean;
}

/** A transaction has an end: commands wait for it, and so does the heartbeat. What is due beyond them comes in the next turn, at once. */
export const maxRunsPerTurn = 500;

export interface TaskStart {
  readonly run: ActiveRun;
  readonly taskId: string;
}

export function wakeBy(turn: Turn, at: number): void {
  turn.wakeAt = Math.min(turn.wakeAt, at);
}

/** A task gets a state without running; one that runs is overruled, and its process ended for it. */
export function settle(
  turn: Turn,
  run: ActiveRun,
  taskId: string,
  state: "success" | "failed" | "skipped" | "upstream_failed",
  error: string | null = null,
): void {
  const instance = run.instances.get(taskId)!;
  if (isFinished(instance.state)) return;
  const { store } = turn.world;
  const isRunning = instance.state === "running" || instance.state === "restarting";
  // Airflow's scheduler counts the one try of an EmptyOperator.
  const tryNumber = !isRunning && state === "success" ? Math.max(1, instance.tryNumber) : instance.tryNumber;
  if (isRunning) overruleTask(store, run.row.id, { taskId, state, error, endDate: turn.nowText });
  else settleTask(store, run.row.id, { taskId, state, tryNumber, endDate: turn.nowText });
  change(turn, run, taskId, { state, tryNumber, nextTryAt: null, error, endDate: turn.nowText });
}

export function markScheduled(turn: Turn, run: ActiveRun, taskId: string): void {
  scheduleTask(turn.world.store, run.row.id, taskId);
  const instance = run.instances.get(taskId)!;
  // Nobody's verdict changes by it.
  run.retries.delete(taskId);
  Object.assign(instance, { state: "scheduled", nextTryAt: null });
}

export function markRunning(turn: Turn, run: ActiveRun, taskId: string): void {
  const { tryNumber, starts } = run.instances.get(taskId)!;
  startTask(turn.world.store, run.row.id, { taskId, tryNumber: tryNumber + 1, startDate: turn.nowText });
  run.ready.remove(taskId);
  change(turn, run, taskId, {
    state: "running",
    tryNumber: tryNumber + 1,
    starts: starts + 1,
    startDate: turn.nowText,
    endDate: null,
    nextTryAt: null,
    error: null,
  });
  turn.starts.push({ run, taskId });
}

export interface RecordedEnd {
  readonly state: TaskInstanceState["state"];
  readonly nextTryAt: number | null;
  readonly error: string | null;
  /** Why the try does not count, if it does not. */
  readonly uncounted?: "lost" | "stopped";
}

export function markEnded(turn: Turn, run: ActiveRun, taskId: string, { uncounted, ...end }: RecordedEnd): void {
  const { tryNumber, maxTries, losses } = run.instances.get(taskId)!;
  endTask(turn.world.store, run.row.id, {
    taskId,
    tryNumber,
    ...end,
    ...(uncounted && { uncounted }),
    endDate: turn.nowText,
  });
  const more = uncounted && { maxTries: maxTries + 1, losses: losses + Number(uncounted === "lost") };
  change(turn, run, taskId, { ...end, ...more, endDate: turn.nowText });
}

function change(turn: Turn, run: ActiveRun, taskId: string, changed: Partial<TaskInstanceState>): void {
  changeInstance(run, taskId, changed);
  const { state, tryNumber, error } = run.instances.get(taskId)!;
  const { dagId, facts } = run.row;
  turn.events.push({ kind: "task_instance", dagId, runId: facts.id, taskId, state, tryNumber, error });
  touchThoseBehind(turn, run, taskId);
}

/** In runs of the same DAG: the task, where it waits for its past, and what waits for those downstream of it there. */
function touchThoseBehind(turn: Turn, { row }: ActiveRun, taskId: string): void {
  const { memory } = turn;
  for (const id of memory.dags.get(row.dagId)?.running ?? []) {
    const other = memory.runs.get(id);
    if (other === undefined || other.blockedByPast.size === 0) continue;
    for (const waiting of [taskId, ...(other.shape.graph.tasks.get(taskId)?.upstream ?? [])]) {
      if (!other.blockedByPast.has(waiting)) continue;
      other.touched.add(waiting);
      turn.hasTouchedOthers ||= id !== row.id;
    }
  }
}
