// What a run's planning asks its DAG again and again, worked out once for each model.

import { ancestorsOf, descendantsOf, type Graph, graphOf, leavesOf, neededSetups, setupsOf } from "../dag/graph.ts";
import type { DagModel } from "../dag/model.ts";
import { startOrder, totalWeights } from "./start-order.ts";

export interface RunShape {
  readonly dag: DagModel;
  readonly graph: Graph;
  readonly leaves: readonly string[];
  /** Task id → the tasks whose verdict may change with its state. */
  readonly watchers: ReadonlyMap<string, readonly string[]>;
  /** Task id → what its verdict depends on beside its direct upstream tasks; nothing for most. */
  readonly farUpstream: ReadonlyMap<string, readonly string[]>;
  /** Task id → its place among tasks that are ready at the same time. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly weights: ReadonlyMap<string, number>;
}

const shapes = new WeakMap<DagModel, RunShape>();

export function shapeOf(dag: DagModel): RunShape {
  const known = shapes.get(dag);
  if (known) return known;
  const graph = graphOf(dag);
  const farUpstream = farUpstreamOf(graph);
  const weights = totalWeights(dag, graph);
  const shape: RunShape = {
    dag,
    graph,
    leaves: leavesOf(graph),
    watchers: watchersOf(graph, farUpstream),
    farUpstream,
    ranks: new Map(startOrder(dag, weights).map((task, index) => [task.id, index])),
    weights,
  };
  shapes.set(dag, shape);
  return shape;
}

/** Of a teardown: everything between it and its setups. Of another task: the setups further up that it needs. */
function farUpstreamOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const setups = neededSetups(graph);
  const found = new Map<string, readonly string[]>();
  for (const { id, role, upstream } of graph.tasks.values()) {
    const far = role === "teardown" ? tasksInScope(graph, id) : (setups.get(id) ?? []);
    const others = far.filter((other) => role === "teardown" || !upstream.includes(other));
    if (others.length > 0) found.set(id, others);
  }
  return found;
}

function tasksInScope(graph: Graph, teardown: string): string[] {
  const above = new Set(ancestorsOf(graph, teardown));
  return setupsOf(graph, teardown).flatMap((setup) => descendantsOf(graph, setup).filter((id) => above.has(id)));
}

function watchersOf(graph: Graph, farUpstream: RunShape["farUpstream"]): ReadonlyMap<string, readonly string[]> {
  if (farUpstream.size === 0) return graph.downstream;
  const watchers = new Map([...graph.downstream].map(([id, downstream]) => [id, new Set(downstream)]));
  for (const [id, watched] of farUpstream) for (const other of watched) watchers.get(other)!.add(id);
  return new Map([...watchers].map(([id, ids]) => [id, [...ids]]));
}
