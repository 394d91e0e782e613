// Many edges in one call.

import type { CallSite, TaskOrGroup } from "./definition.ts";
import { addEdge, type GivenNode, givenNode } from "./edges.ts";
import { reportMistake } from "./mistake.ts";
import { callSiteOf } from "./registry.ts";

/**
 * Orders tasks and groups one after the other; a list stands for all that is in it. Two lists side by side are paired, as in Airflow's
 * `chain`, and must be of the same length.
 *
 * @example chain(extract, [clean, count], load);
 */
export function chain(...steps: readonly (TaskOrGroup | readonly TaskOrGroup[])[]): void {
  const call = callSiteOf(chain);
  const given = steps.map((step, index) => nodesOf(call, step, index));
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
  /** As written, what is no node included. */
  readonly length: number;
  readonly nodes: readonly GivenNode[];
}

function nodesOf(call: CallSite | null, step: unknown, index: number): Step {
  if (!Array.isArray(step)) {
    return { isList: false, length: 1, nodes: givenNode("chain", { call, path: [index] }, step) };
  }
  const nodes = step.flatMap((node, at) => givenNode("chain", { call, path: [index, at] }, node));
  return { isList: true, length: step.length, nodes };
}

function pairs(left: Step, right: Step): (readonly [TaskOrGroup, GivenNode])[] {
  if (left.isList && right.isList)
    return left.nodes.slice(0, right.nodes.length).map(([node], at) => [node, right.nodes[at]!]);
  return left.nodes.flatMap(([node]) => right.nodes.map((later) => [node, later] as const));
}
