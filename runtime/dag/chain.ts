// Many edges in one call.

import type { CallSite, TaskRef } from "./definition.ts";
import { addEdge, type GivenTask, givenTask } from "./edges.ts";
import { reportMistake } from "./mistake.ts";
import { callSiteOf } from "./registry.ts";

/**
 * Orders tasks one after the other; a list stands for all of its tasks. Two lists side by side are paired, as in Airflow's
 * `chain`, and must be of the same length.
 *
 * @example chain(extract, [clean, count], load);
 */
export function chain(...steps: readonly (TaskRef<unknown> | readonly TaskRef<unknown>[])[]): void {
  const call = callSiteOf(chain);
  const given = steps.map((step, index) => tasksOf(call, step, index));
  for (const [index, later] of given.slice(1).entries()) {
    const earlier = given[index]!;
    if (earlier.isList && later.isList && earlier.length !== later.length) {
      reportMistake({
        call,
        path: [index + 1],
        text: `chain: a list of ${earlier.length} next to a list of ${later.length}`,
        remedy: "give them the same length: lists side by side are paired",
      });
    } else {
      for (const [upstream, [downstream, path]] of pairs(earlier, later)) addEdge(upstream, downstream, { call, path });
    }
  }
}

interface Step {
  readonly isList: boolean;
  /** As written, what is no task included. */
  readonly length: number;
  readonly tasks: readonly GivenTask[];
}

function tasksOf(call: CallSite | null, step: unknown, index: number): Step {
  if (!Array.isArray(step)) {
    return { isList: false, length: 1, tasks: givenTask("chain", { call, path: [index] }, step) };
  }
  const tasks = step.flatMap((task, at) => givenTask("chain", { call, path: [index, at] }, task));
  return { isList: true, length: step.length, tasks };
}

function pairs(left: Step, right: Step): (readonly [TaskRef<unknown>, GivenTask])[] {
  if (left.isList && right.isList)
    return left.tasks.slice(0, right.tasks.length).map(([task], at) => [task, right.tasks[at]!]);
  return left.tasks.flatMap(([task]) => right.tasks.map((later) => [task, later] as const));
}
