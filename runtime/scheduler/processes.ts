// The task processes that run for a scheduler. Kept apart from what it knows from the store: a failed transaction changes nothing here.

import type { AttemptEnd } from "../executor/attempt.ts";
import type { RunningTask } from "./plan-starts.ts";
import type { AttemptProcess, World } from "./world.ts";

export interface LiveProcess extends RunningTask {
  /** Which start of the task it is: an end of an earlier one does not count. */
  readonly starts: number;
  readonly process: AttemptProcess;
  isTold: boolean;
}

export interface EndedProcess {
  readonly run: number;
  readonly taskId: string;
  readonly starts: number;
  /** `never_began`: its scheduler died before it could start it. */
  readonly end: AttemptEnd | "never_began";
}

export interface Processes {
  readonly live: ReadonlyMap<string, LiveProcess>;
  /** Since they were taken last. */
  readonly ended: readonly EndedProcess[];
  has(run: number, taskId: string): boolean;
  add(process: Omit<LiveProcess, "isTold">): void;
  /** Called by the process's end; also for one that could not be started. */
  end(ended: EndedProcess): void;
  /** Once they are in the store. */
  forgetEnded(ended: readonly EndedProcess[]): void;
}

export function createProcesses({ ring }: Pick<World, "ring">): Processes {
  const live = new Map<string, LiveProcess>();
  const ended: EndedProcess[] = [];
  return {
    live,
    ended,
    has: (run, taskId) => live.has(keyOf(run, taskId)),
    add: (process) => void live.set(keyOf(process.run, process.taskId), { ...process, isTold: false }),
    end: (process) => {
      live.delete(keyOf(process.run, process.taskId));
      ended.push(process);
      ring();
    },
    forgetEnded: (known) => void ended.splice(0, ended.length, ...ended.filter((end) => !known.includes(end))),
  };
}

function keyOf(run: number, taskId: string): string {
  return `${run}/${taskId}`;
}
