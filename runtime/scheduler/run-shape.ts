// What a run's planning asks its DAG again and again, worked out once for each model.

import { ancestorsOf, descendantsOf, type Graph, graphOf, leavesOf, setupsNeededBy, setupsOf } from "../dag/graph.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";
import { startOrder, totalWeights } from "./start-order.ts";

export interface RunShape {
  readonly dag: DagModel;
  readonly graph: Graph;
  readonly leaves: readonly string[];
  /** Task id → the tasks whose verdict may change with its state. */
  readonly watchers: ReadonlyMap<string, readonly string[]>;
  /** Task id → its place among tasks that are ready at the same time. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly weights: ReadonlyMap<string, number>;
}

const shapes = new WeakMap<DagModel, RunShape>();

export function shapeOf(dag: DagModel): RunShape {
  const known = shapes.get(dag);
  if (known) return known;
  const graph = graphOf(dag);
  const shape: RunShape = {
    dag,
    graph,
    leaves: leavesOf(graph),
    watchers: watchersOf(graph),
    ranks: new Map(startOrder(dag).map((task, index) => [task.id, index])),
    weights: totalWeights(dag),
  };
  shapes.set(dag, shape);
  return shape;
}

function watchersOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const tasks = [...graph.tasks.values()];
  if (tasks.every(({ role }) => role === null)) return graph.downstream;
  const watchers = new Map([...graph.downstream].map(([id, downstream]) => [id, new Set(downstream)]));
  for (const task of tasks) for (const id of watchedFromAfar(graph, task)) watchers.get(id)!.add(task.id);
  return new Map([...watchers].map(([id, ids]) => [id, [...ids]]));
}

/** What `judgeTask` looks at beside direct upstream tasks. */
function watchedFromAfar(graph: Graph, task: TaskModel): string[] {
  if (task.role !== "teardown") return setupsNeededBy(graph, task.id);
  const above = new Set(ancestorsOf(graph, task.id));
  return setupsOf(graph, task.id).flatMap((setup) => descendantsOf(graph, setup).filter((id) => above.has(id)));
}
