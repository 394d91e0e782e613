// Why a task instance does not run, in Airflow's words where it has them (airflow/ti_deps), and beyond them what only this scheduler waits
// for. Pure. All reasons, not the first: who removes one wants to know the next.

import { type DagModel, effectiveArgs, type TaskModel } from "../dag/model.ts";
import { type DagRunState, isFinished, type TaskState } from "../dag/states.ts";
import type { TaskInstanceRow } from "../store/task-instances.ts";
import { type DatedRun, isBeforeItsDate } from "./before-its-date.ts";
import { judgeTask } from "./judge-task.ts";
import { shapeOf } from "./run-shape.ts";

export interface WaitingTask {
  readonly dag: DagModel;
  readonly task: TaskModel;
  readonly instance: TaskInstanceRow;
  readonly stateOf: (taskId: string) => TaskState;
  readonly run: DatedRun & { readonly state: DagRunState };
  readonly now: number;
  readonly isPaused: boolean;
  readonly isStale: boolean;
  readonly hasScheduler: boolean;
  readonly isFreeOfPast: boolean;
  readonly slots: Slots;
}

/** What is taken, and what there is. */
export interface Slots {
  /** Undefined: there is no such pool. -1: without limit. */
  readonly pool: number | undefined;
  readonly poolTaken: number;
  readonly parallelism: number;
  readonly running: number;
  readonly maxActiveTasks: number;
  readonly runningInRun: number;
  /** Of this task, in all runs. */
  readonly runningOfTask: number;
  /** Runs of the DAG without those of backfills; or of the run's backfill. */
  readonly maxActiveRuns: number;
  readonly runningRuns: number;
}

export interface FailedDep {
  readonly dep: string;
  readonly reason: string;
}

/** Empty when it may start at once. */
export function explainWaiting(waiting: WaitingTask): FailedDep[] {
  const { instance, run } = waiting;
  const state = explainState(waiting);
  // Of what has ended or runs nothing else matters.
  if (state && (isFinished(instance.state) || instance.state === "running")) return [state];
  const runHasEnded = run.state === "success" || run.state === "failed";
  const found = runHasEnded ? [explainRun(waiting)] : [state, explainRun(waiting), ...explainTask(waiting)];
  return found.filter((dep) => dep !== undefined);
}

function explainTask(waiting: WaitingTask): (FailedDep | undefined)[] {
  const { dag, isPaused, isStale, hasScheduler, isFreeOfPast } = waiting;
  const stale = `the file of DAG ${dag.id} is gone, or defines it no more`;
  return [
    isPaused ? { dep: "Dag Not Paused", reason: `Task's DAG '${dag.id}' is paused.` } : undefined,
    isStale && waiting.run.state === "queued" ? { dep: "Dag Not Stale", reason: stale } : undefined,
    hasScheduler ? undefined : { dep: "Scheduler", reason: "no scheduler is alive in this project" },
    explainDate(waiting),
    explainTriggerRule(waiting),
    isFreeOfPast
      ? undefined
      : {
          dep: "Previous Dagrun State",
          reason: "the task depends on the past, and in the run of before it did not succeed",
        },
    ...explainSlots(waiting),
  ];
}

function explainState({ instance, now }: WaitingTask): FailedDep | undefined {
  const { state, nextTryAt, tryNumber, maxTries } = instance;
  if (state === "running") return { dep: "Task Instance Not Running", reason: "Task is already running" };
  if (state === "restarting") {
    const reason = "it was cleared while it ran, and its process has not ended yet";
    return { dep: "Task Instance Not Running", reason };
  }
  if (state === "up_for_retry" && nextTryAt! > now) {
    const at = new Date(nextTryAt!).toISOString();
    return {
      dep: "Not In Retry Period",
      reason: `try ${tryNumber} of ${maxTries + 1} failed, the next one is at ${at}`,
    };
  }
  if (!isFinished(state)) return undefined;
  return { dep: "Task Instance State", reason: `Task is in the '${state}' state.` };
}

function explainRun({ run, slots }: WaitingTask): FailedDep | undefined {
  if (run.state === "running") return undefined;
  const isFull = run.state === "queued" && slots.runningRuns >= slots.maxActiveRuns;
  const limit = isFull ? ` ${slots.runningRuns} runs are active, of ${slots.maxActiveRuns} at most.` : "";
  const reason = `Task instance's dagrun was not in the 'running' state but in the state '${run.state}'.${limit}`;
  return { dep: "Dagrun Running", reason };
}

function explainDate({ run, now }: WaitingTask): FailedDep | undefined {
  if (!isBeforeItsDate(run, now)) return undefined;
  return { dep: "Logical Date", reason: `Logical date ${run.logicalDate} is in the future.` };
}

const mostNamed = 20;

function explainTriggerRule({ dag, task, stateOf }: WaitingTask): FailedDep | undefined {
  const shape = shapeOf(dag);
  const verdict = judgeTask(shape, task, stateOf);
  if (verdict === "run") return undefined;
  const setups = task.role === "teardown" ? [] : (shape.farUpstream.get(task.id) ?? []);
  const watched = [...new Set([...task.upstream, ...setups])];
  const states = watched.map((id) => `${id} ${stateOf(id)}`);
  const more = states.length > mostNamed ? ` and ${states.length - mostNamed} more` : "";
  const outcome = verdict === "wait" ? "it waits" : `it becomes ${verdict}`;
  const reason = `Task's trigger rule '${task.triggerRule}': ${outcome}, as upstream are ${states.slice(0, mostNamed).join(", ")}${more}`;
  return { dep: "Trigger Rule", reason };
}

function explainSlots({ dag, task, slots }: WaitingTask): (FailedDep | undefined)[] {
  // It takes none.
  if (task.kind === "empty") return [];
  const { maxActiveTisPerDag } = effectiveArgs(dag, task);
  const full = (dep: string, taken: number, limit: number, of: string): FailedDep | undefined =>
    taken >= limit ? { dep, reason: `${taken} ${of} run, of ${limit} at most` } : undefined;
  return [
    explainPool({ dag, task, slots }),
    full("Task Instance Slots Available", slots.runningInRun, slots.maxActiveTasks, "tasks of this run"),
    full(
      "Task Concurrency",
      slots.runningOfTask,
      maxActiveTisPerDag ?? Number.POSITIVE_INFINITY,
      "instances of this task",
    ),
    full("Parallelism", slots.running, slots.parallelism, "tasks"),
  ];
}

function explainPool({ dag, task, slots }: Pick<WaitingTask, "dag" | "task" | "slots">): FailedDep | undefined {
  const { pool, poolSlots } = effectiveArgs(dag, task);
  const dep = "Pool Slots Available";
  if (slots.pool === undefined) return { dep, reason: `Tasks using non-existent pool '${pool}' will not be scheduled` };
  const open = slots.pool === -1 ? Number.POSITIVE_INFINITY : slots.pool - slots.poolTaken;
  if (poolSlots <= open) return undefined;
  const reason = `Not scheduling since there are ${Math.max(0, open)} open slots in pool ${pool} and require ${poolSlots} pool slots`;
  return { dep, reason };
}
