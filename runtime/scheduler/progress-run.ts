// Takes one running dag run as far as it goes without a process: settles what is decided, finds what is ready, finishes what is done.

import type { TaskModel } from "../dag/model.ts";
import { isFinished } from "../dag/states.ts";
import type { ActiveRun } from "./active-run.ts";
import { type EndedRun, finishRun } from "./finish-run.ts";
import { finalState, judgeTasks } from "./judge-run.ts";
import { isPastMet } from "./past.ts";
import { readyTask } from "./ready-tasks.ts";
import { settle, type Turn, wakeBy } from "./turn.ts";

/** Returns the tasks that became ready. */
export function progressRun(turn: Turn, run: ActiveRun): string[] {
  const { memory, now } = turn;
  if (memory.dags.get(run.row.dagId)?.row.isPaused === true && run.unfinished > 0) return [];
  if (isInFuture(turn, run) || hasTimedOut(turn, run)) return [];
  for (const [taskId, at] of run.retries) {
    if (at <= now) run.touched.add(taskId);
    else wakeBy(turn, at);
  }
  const becameReady = new Set<string>();
  while (run.touched.size > 0) for (const taskId of judgeTouched(turn, run)) becameReady.add(taskId);
  if (run.unfinished === 0) finishRun(turn, endOf(run, finalState(run)));
  else if (isDeadlocked(turn, run)) finishRun(turn, endOf(run, "failed"));
  return [...becameReady].filter((taskId) => run.ready.has(taskId));
}

function judgeTouched(turn: Turn, run: ActiveRun): string[] {
  const { now, world, processes } = turn;
  const touched = [...run.touched];
  run.touched.clear();
  for (const taskId of touched) {
    run.ready.remove(taskId);
    run.blockedByPast.delete(taskId);
  }
  const isFreeOfPast = (task: TaskModel) => isPastMet(turn, run, task);
  const becameReady: string[] = [];
  for (const verdict of judgeTasks({ ...run, now, isFreeOfPast }, touched)) {
    const { taskId } = verdict;
    switch (verdict.kind) {
      case "settle":
        settle(turn, run, taskId, verdict.state);
        break;
      case "blocked_by_past":
        run.blockedByPast.add(taskId);
        break;
      case "ready": {
        // A process of before that is not gone yet: its end touches the task again.
        if (processes.has(run.row.id, taskId)) break;
        const { dag, graph } = run.shape;
        const maxActiveTasks = dag.maxActiveTasks ?? world.settings.maxActiveTasksPerDag;
        run.ready.add(readyTask(run.row, run.shape, graph.tasks.get(taskId)!, maxActiveTasks));
        becameReady.push(taskId);
        break;
      }
      case "wait":
        break;
      default:
        verdict satisfies never;
    }
  }
  return becameReady;
}

function isInFuture(turn: Turn, { notBefore }: ActiveRun): boolean {
  if (notBefore <= turn.now) return false;
  wakeBy(turn, notBefore);
  return true;
}

/** Source: _schedule_dag_run in airflow/jobs/scheduler_job_runner.py of Airflow 3.3. */
function hasTimedOut(turn: Turn, run: ActiveRun): boolean {
  const { dagrunTimeout } = run.shape.dag;
  if (dagrunTimeout === undefined || run.row.startDate === null) return false;
  const at = Date.parse(run.row.startDate) + dagrunTimeout * 1000;
  if (turn.now <= at) {
    wakeBy(turn, at + 1);
    return false;
  }
  for (const taskId of run.instances.keys()) settle(turn, run, taskId, "skipped", "the dag run timed out");
  finishRun(turn, endOf(run, "failed"));
  return true;
}

/** Airflow's all_tasks_deadlocked: something is unfinished and nothing can ever start. */
function isDeadlocked({ processes }: Turn, run: ActiveRun): boolean {
  const { running, ready, retries, blockedByPast, instances } = run;
  if (running + ready.size + retries.size + blockedByPast.size > 0) return false;
  return ![...instances.values()].some(({ taskId, state }) => !isFinished(state) && processes.has(run.row.id, taskId));
}

function endOf({ row, shape }: ActiveRun, state: EndedRun["state"]): EndedRun {
  return { row, state, dag: shape.dag };
}
