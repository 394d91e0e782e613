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
  const above = new Map<string, string[]>(order.map((id) => [id, []]));
  for (const id of order) for (const below of left.get(id)!) above.get(below)!.push(id);
  const groups = new Map<string, string[]>();
  for (const id of order) {
    const [before, after] = [above.get(id)!, left.get(id)!];
    const isBetween = before.length === 1 && after.length === 1;
    const key = isBetween ? JSON.stringify([before, after]) : id;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(id);
  }
  return [...groups.values()];
}

/** Takes paths of three steps and more out of `left`, the longest possible from each start. */
function* chains(steps: readonly Step[], left: Map<string, string[]>): Generator<OrderStatement> {
  let ways = findWays(steps, left);
  for (const start of steps) {
    for (;;) {
      if (ways.get(start[0]!)!.length < 3) break;
      const path = pathFrom(start, ways);
      for (const [index, step] of path.slice(0, -1).entries()) {
        const next = new Set(path[index + 1]);
        for (const id of step) {
          left.set(
            id,
            left.get(id)!.filter((other) => !next.has(other)),
          );
        }
      }
      ways = findWays(steps, left);
      yield { kind: "chain", steps: path };
    }
  }
}

/** The longest way on from a step: how many steps it has, itself included, and the first task of the next one. */
interface Way {
  readonly step: Step;
  readonly length: number;
  readonly next: string | undefined;
}

/** The steps are in topological order, so the way on from each is known when it is reached from the end. */
function findWays(steps: readonly Step[], left: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const step of steps.toReversed()) {
    let [length, next]: [number, string | undefined] = [0, undefined];
    for (const other of left.get(step[0]!)!) {
      const way = ways.get(other)!;
      if (way.length > length) [length, next] = [way.length, other];
    }
    for (const id of step) ways.set(id, { step, length: length + 1, next });
  }
  return ways;
}

function pathFrom(start: Step, ways: ReadonlyMap<string, Way>): Step[] {
  const path: Step[] = [];
  for (
    let way = ways.get(start[0]!);
    way !== undefined;
    way = way.next === undefined ? undefined : ways.get(way.next)
  ) {
    path.push(way.step);
  }
  return path;
}

function* fans(order: readonly string[], left: Map<string, string[]>): Generator<OrderStatement> {
  const onlyBefore = new Map<string, string[]>(order.map((id) => [id, []]));
  for (const id of order) {
    const [below, ...others] = left.get(id)!;
    if (below !== undefined && others.length === 0) onlyBefore.get(below)!.push(id);
  }
  for (const [id, from] of onlyBefore) {
    if (from.length < 2) continue;
    for (const other of from) left.set(other, []);
    yield { kind: "fan-in", from, to: id };
  }
  for (const id of order) {
    const to = left.get(id)!;
    if (to.length > 0) yield { kind: "fan-out", from: id, to };
  }
}
