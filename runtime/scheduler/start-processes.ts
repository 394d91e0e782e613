// Starts, adopts and ends the processes of tries, as the store has them already.

import { effectiveArgs } from "../dag/model.ts";
import { isKnownError } from "../errors.ts";
import { type AttemptEnd, failedAttempt } from "../executor/attempt.ts";
import type { Memory } from "./memory.ts";
import type { RunningTask } from "./plan-starts.ts";
import type { EndedProcess, Processes } from "./processes.ts";
import { inputsOf } from "./record-run.ts";
import type { TaskStart, Turn } from "./turn.ts";
import type { SpawnRequest, World } from "./world.ts";

export function runningTask({ run: { row, shape }, taskId }: TaskStart): RunningTask {
  const { pool, poolSlots } = effectiveArgs(shape.dag, shape.graph.tasks.get(taskId)!);
  return { run: row.id, dagId: row.dagId, taskId, pool, poolSlots };
}

/** @throws whatever nobody foresaw: then the rest is left to be started by the next turn, as the store has it as running already. */
export function startProcesses(turn: Turn): void {
  const starts = turn.starts.filter(isWanted);
  for (const [index, start] of starts.entries()) {
    try {
      startProcess(turn, start);
    } catch (error) {
      for (const left of starts.slice(index)) turn.processes.end({ ...nameOf(left), end: "never_began" });
      throw error;
    }
  }
}

/** One that is started again may have been skipped in the same turn, by a timeout of its run. */
function isWanted({ run, taskId }: TaskStart): boolean {
  return run.instances.get(taskId)?.state === "running";
}

function startProcess({ world, processes }: Turn, start: TaskStart): void {
  const name = nameOf(start);
  const onEnd = (end: AttemptEnd) => processes.end({ ...name, end });
  try {
    processes.add({ ...name, process: world.spawner.start(requestOf(world, start), onEnd) });
  } catch (error) {
    if (!isKnownError(error)) throw error;
    onEnd(failedAttempt(error.message, error.trouble.isRetryable ?? true));
  }
}

function nameOf(start: TaskStart) {
  return { ...runningTask(start), starts: start.run.instances.get(start.taskId)!.starts };
}

/** Of an earlier scheduler. A try whose process never began is started again, and is the same try. */
export async function adoptProcesses(world: World, { runs }: Memory, processes: Processes): Promise<void> {
  const begun = [...runs.values()].flatMap((run) =>
    [...run.instances.values()]
      .filter(({ state }) => state === "running" || state === "restarting")
      .filter(({ taskId }) => run.shape.graph.tasks.has(taskId))
      .map(({ taskId }) => ({ run, taskId })),
  );
  const adopt = async (start: TaskStart) => {
    const name = nameOf(start);
    const onEnd = (end: EndedProcess["end"]) => processes.end({ ...name, end });
    const process = await world.spawner.adopt(requestOf(world, start), onEnd);
    if (process === "not_started") onEnd("never_began");
    else processes.add({ ...name, process });
    return process;
  };
  const adopted = await Promise.all(begun.map(adopt));
  const started = adopted.filter((process) => process === "not_started").length;
  if (begun.length > 0) world.report({ kind: "adopted", processes: begun.length - started, started });
}

function requestOf({ store }: World, { run: { row, shape, instances }, taskId }: TaskStart): SpawnRequest {
  const { tryNumber, starts, startDate } = instances.get(taskId)!;
  const task = shape.graph.tasks.get(taskId)!;
  return {
    run: row,
    dag: shape.dag,
    task,
    tryNumber,
    starts,
    startedAt: Date.parse(startDate!),
    xcoms: inputsOf({ store, run: row }, task),
  };
}

/** A process whose try is not the running one any more: its task was marked, cleared, skipped by a timeout … */
export function endWhatIsOverruled({ memory, processes }: Turn): void {
  for (const live of processes.live.values()) {
    if (live.isTold) continue;
    const instance = memory.runs.get(live.run)?.instances.get(live.taskId);
    if (instance?.state === "running" && instance.starts === live.starts) continue;
    live.isTold = true;
    live.process.terminate(`its task instance is ${instance?.state ?? "of a run that has ended"}`);
  }
}
