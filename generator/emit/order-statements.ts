// Edges as few readable statements: long paths become `chain(a, b, c)`, single edges `a >> b`, and what meets or
// parts at one task `a >> [b, c]` or `chain(a, [b, c], d)`. Every edge is stated exactly once.

import type { GroupEdge } from "../../runtime/dag/model.ts";

/** One task or group, or several that stand side by side: the same before and after each of them. */
export type Step = readonly string[];

export type OrderStatement =
  | { readonly kind: "chain"; readonly steps: readonly Step[] }
  | { readonly kind: "fan-out"; readonly from: string; readonly to: readonly string[] }
  | { readonly kind: "fan-in"; readonly from: readonly string[]; readonly to: string };

/** @param order of the ids: each after what it waits for. */
export function orderStatements(order: readonly string[], edges: readonly GroupEdge[]): OrderStatement[] {
  const ends = new Set(edges.flatMap(({ upstream, downstream }) => [upstream, downstream]));
  const tied = order.filter((id) => ends.has(id));
  const rank = new Map(tied.map((id, index) => [id, index]));
  const left = new Map<string, string[]>(tied.map((id) => [id, []]));
  for (const { upstream, downstream } of edges) left.get(upstream)!.push(downstream);
  for (const below of left.values()) below.sort((one, other) => rank.get(one)! - rank.get(other)!);
  return [...chains(sideBySide(tied, left), left), ...fans(tied, left)];
}

/** Tasks with the same single task before and the same single task after them become one step; all others stand alone. */
function sideBySide(order: readonly string[], left: ReadonlyMap<string, readonly string[]>): Step[] {
  const groups = new Map<string, string[]>();
  for (const id of order) {
    const above = order.filter((other) => left.get(other)!.includes(id));
    const below = left.get(id)!;
    const isBetween = above.length === 1 && below.length === 1;
    const key = isBetween ? JSON.stringify([above, below]) : id;
    groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  return [...groups.values()];
}

/** Takes paths of three steps and more out of `left`, the longest possible from each start. */
function* chains(steps: readonly Step[], left: Map<string, string[]>): Generator<OrderStatement> {
  for (const start of steps) {
    for (;;) {
      const path = longestPath(start, steps, left);
      if (path.length < 3) break;
      for (const [index, step] of path.slice(0, -1).entries()) {
        const next = new Set(path[index + 1]);
        for (const id of step) {
          left.set(
            id,
            left.get(id)!.filter((other) => !next.has(other)),
          );
        }
      }
      yield { kind: "chain", steps: path };
    }
  }
}

/** The steps are in topological order, so the way on from each is known when it is reached from the end. */
function longestPath(start: Step, steps: readonly Step[], left: ReadonlyMap<string, readonly string[]>): Step[] {
  const best = new Map<string, Step[]>();
  for (const step of steps.toReversed()) {
    const ways = left.get(step[0]!)!.map((other) => best.get(other)!);
    const longest = ways.reduce((found, path) => (path.length > found.length ? path : found), []);
    for (const id of step) best.set(id, [step, ...longest]);
  }
  return best.get(start[0]!)!;
}

function* fans(order: readonly string[], left: Map<string, string[]>): Generator<OrderStatement> {
  for (const id of order) {
    const from = order.filter((other) => left.get(other)!.length === 1 && left.get(other)![0] === id);
    if (from.length < 2) continue;
    for (const other of from) left.set(other, []);
    yield { kind: "fan-in", from, to: id };
  }
  for (const id of order) {
    const to = left.get(id)!;
    if (to.length > 0) yield { kind: "fan-out", from: id, to };
  }
}
