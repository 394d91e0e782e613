// What the end of a process means for its task instance, and for the others of its run.

import type { AttemptEnd } from "../executor/attempt.ts";
import { resetTask, restartTask } from "../store/task-instances.ts";
import { returnValueKey, writeXComs } from "../store/xcoms.ts";
import { type ActiveRun, changeInstance } from "./active-run.ts";
import { planEnd, skippedByShortCircuit } from "./plan-end.ts";
import type { EndedProcess } from "./processes.ts";
import { markEnded, settle, type Turn } from "./turn.ts";

/** A task whose process is lost so often takes its scheduler with it: then a loss is a failure like any other. */
const maxLosses = 3;

export function applyEnd(turn: Turn, { run: id, taskId, starts, end }: EndedProcess): void {
  const run = turn.memory.runs.get(id);
  const instance = run?.instances.get(taskId);
  if (run === undefined || instance === undefined) return;
  // Whatever became of it meanwhile: it may start again only now.
  run.touched.add(taskId);
  if (instance.starts !== starts) return;
  if (instance.state === "restarting") resetCleared(turn, run, taskId);
  if (instance.state !== "running") return;
  if (end === "never_began") startAgain(turn, run, taskId);
  else recordEnd(turn, run, { taskId, end });
}

/** The same try, in a folder of its own. */
function startAgain(turn: Turn, run: ActiveRun, taskId: string): void {
  restartTask(turn.world.store, run.row.id, taskId);
  changeInstance(run, taskId, { starts: run.instances.get(taskId)!.starts + 1 });
  turn.starts.push({ run, taskId });
}

/** It was cleared while it ran. */
function resetCleared({ world }: Turn, run: ActiveRun, taskId: string): void {
  resetTask(world.store, run.row.id, taskId);
  changeInstance(run, taskId, { state: "none" });
}

function recordEnd(turn: Turn, run: ActiveRun, { taskId, end }: { taskId: string; end: AttemptEnd }): void {
  const { dag, graph } = run.shape;
  const task = graph.tasks.get(taskId)!;
  const { tryNumber, maxTries, losses } = run.instances.get(taskId)!;
  if (end.isLost && (losses < maxLosses || turn.isStopping)) {
    const uncounted = turn.isStopping ? "stopped" : "lost";
    markEnded(turn, run, taskId, { state: "up_for_retry", nextTryAt: turn.now, error: end.error, uncounted });
    return;
  }
  const { logicalDate } = run.row.facts;
  const planned = planEnd(dag, task, { tryNumber, logicalDate, maxTries, outcome: end }, turn.now);
  markEnded(turn, run, taskId, { ...planned, error: end.error });
  // A null return value leaves alone what the task set under its name.
  const returned = end.returnValue === null ? {} : { [returnValueKey]: end.returnValue };
  writeXComs(turn.world.store, { run: run.row.id, taskId }, { ...end.xcoms, ...returned });
  if (!end.goesOn) for (const skipped of skippedByShortCircuit(dag, taskId)) skipWaiting(turn, run, skipped);
  if (dag.failFast === true && planned.state === "failed") stopOthers(turn, run);
}

function skipWaiting(turn: Turn, run: ActiveRun, taskId: string): void {
  if (["none", "scheduled", "up_for_retry"].includes(run.instances.get(taskId)?.state ?? "removed")) {
    settle(turn, run, taskId, "skipped");
  }
}

/** Source: airflow/models/taskinstance.py (_stop_remaining_tasks) of Airflow 3.3. */
function stopOthers(turn: Turn, run: ActiveRun): void {
  for (const { id, role } of run.shape.dag.tasks) {
    if (role === "teardown") continue;
    const isRunning = run.instances.get(id)?.state === "running";
    settle(
      turn,
      run,
      id,
      isRunning ? "failed" : "skipped",
      isRunning ? "ended by failFast: another task failed" : null,
    );
  }
}
