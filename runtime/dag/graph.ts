// Questions about the shape of a DAG, answered from the model alone.

import type { DagModel, TaskModel } from "./model.ts";

export interface Graph {
  readonly tasks: ReadonlyMap<string, TaskModel>;
  /** Task id → ids of its direct downstream tasks, in the order of declaration. */
  readonly downstream: ReadonlyMap<string, readonly string[]>;
}

export function graphOf(dag: DagModel): Graph {
  const downstream = new Map<string, string[]>(dag.tasks.map((task) => [task.id, []]));
  for (const task of dag.tasks) {
    for (const id of task.upstream) downstream.get(id)?.push(task.id);
  }
  return { tasks: new Map(dag.tasks.map((task) => [task.id, task])), downstream };
}

/** Every task that can be reached from `id`, in breadth-first order, without `id` itself. */
export function descendantsOf(graph: Graph, id: string): string[] {
  return reach(id, (task) => graph.downstream.get(task) ?? []);
}

/** Every task from which `id` can be reached, without `id` itself. */
export function ancestorsOf(graph: Graph, id: string): string[] {
  return reach(id, (task) => graph.tasks.get(task)?.upstream ?? []);
}

/**
 * Task id → the setups that it needs although it is not directly downstream of them: those upstream of it that have no teardown, or
 * whose teardown is downstream of the task. Source: airflow.sdk DAGNode.get_upstreams_only_setups_and_teardowns.
 */
export function neededSetups(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const needed = new Map<string, string[]>();
  for (const { id: setup, role } of graph.tasks.values()) {
    if (role !== "setup") continue;
    const teardowns = (graph.downstream.get(setup) ?? []).filter((id) => isTeardown(graph, id));
    const above = new Set(teardowns.flatMap((teardown) => ancestorsOf(graph, teardown)));
    for (const id of descendantsOf(graph, setup)) {
      if (teardowns.length > 0 && !above.has(id)) continue;
      const setups = needed.get(id) ?? [];
      needed.set(id, setups);
      setups.push(setup);
    }
  }
  return needed;
}

/** The setups that a teardown cleans up after: an edge between the two is enough, as in Airflow. */
export function setupsOf(graph: Graph, teardown: string): string[] {
  const upstream = graph.tasks.get(teardown)?.upstream ?? [];
  return upstream.filter((id) => graph.tasks.get(id)?.role === "setup");
}

/**
 * The tasks that decide whether a run succeeded: those with nothing but teardowns below them, and no teardowns themselves, unless
 * there is nothing else. Source: airflow/models/dagrun.py (_tis_for_dagrun_state).
 */
export function leavesOf(graph: Graph): string[] {
  const ids = [...graph.tasks.keys()];
  const leaves = ids.filter(
    (id) => !isTeardown(graph, id) && (graph.downstream.get(id) ?? []).every((task) => isTeardown(graph, task)),
  );
  return leaves.length > 0 ? leaves : ids.filter((id) => graph.downstream.get(id)?.length === 0);
}

function isTeardown(graph: Graph, id: string): boolean {
  return graph.tasks.get(id)?.role === "teardown";
}

/** Task ids so that every task comes after its upstream tasks: by the longest way to them, then by declaration. Tasks on a cycle come last. */
export function topologicalOrder(graph: Graph): string[] {
  const depths = depthsOf(graph);
  const layers: string[][] = [];
  for (const id of graph.tasks.keys()) {
    const depth = depths.get(id);
    if (depth === undefined) continue;
    layers[depth] ??= [];
    layers[depth].push(id);
  }
  return [...layers.flat(), ...[...graph.tasks.keys()].filter((id) => !depths.has(id))];
}

/** The edges on the longest way to each task; none for what is on a cycle, or behind one. */
function depthsOf({ tasks, downstream }: Graph): ReadonlyMap<string, number> {
  const waitsFor = new Map(
    [...tasks.values()].map((task) => [task.id, task.upstream.filter((id) => tasks.has(id)).length]),
  );
  const depths = new Map([...waitsFor].filter(([, count]) => count === 0).map(([id]) => [id, 0]));
  // The map grows while it is walked: who comes last to a task has the longest way.
  for (const [id, depth] of depths) {
    for (const next of downstream.get(id) ?? []) {
      waitsFor.set(next, waitsFor.get(next)! - 1);
      if (waitsFor.get(next) === 0) depths.set(next, depth + 1);
    }
  }
  return depths;
}

/**
 * Cycles that have no edge in common, each as the ids along it, the first again at the end: a shortest one, then a shortest one of
 * what is left, until nothing runs in a circle. Empty in a proper DAG.
 */
export function findCycles(graph: Graph): (readonly string[])[] {
  let left = onCycles(graph.downstream);
  const cycles: (readonly string[])[] = [];
  for (let cycle = shortestCycle(left); cycle !== undefined; cycle = shortestCycle(left)) {
    cycles.push(cycle);
    left = onCycles(withoutEdges(left, cycle));
  }
  return cycles;
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** Without tasks that nothing leads to: what is left is on a cycle, or behind one. */
function onCycles(edges: Edges): Edges {
  const degrees = new Map([...edges.keys()].map((id) => [id, 0]));
  for (const id of [...edges.values()].flat()) degrees.set(id, (degrees.get(id) ?? 0) + 1);
  const free = [...degrees.keys()].filter((id) => degrees.get(id) === 0);
  const gone = new Set(free);
  for (const id of free) {
    for (const next of edges.get(id) ?? []) {
      degrees.set(next, degrees.get(next)! - 1);
      if (degrees.get(next) !== 0) continue;
      gone.add(next);
      free.push(next);
    }
  }
  return new Map([...edges].filter(([id]) => !gone.has(id)));
}

function withoutEdges(edges: Edges, path: readonly string[]): Edges {
  const isOnPath = (from: string, to: string) => path.some((id, index) => id === from && path[index + 1] === to);
  return new Map([...edges].map(([from, ends]) => [from, ends.filter((to) => !isOnPath(from, to))]));
}

function shortestCycle(edges: Edges): readonly string[] | undefined {
  let shortest: readonly string[] | undefined;
  for (const start of edges.keys()) {
    const cycle = shortestWay(edges, start, start);
    if (cycle && (shortest === undefined || cycle.length < shortest.length)) shortest = cycle;
  }
  return shortest;
}

function shortestWay(edges: Edges, from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [from];
  for (const id of queue) {
    for (const next of edges.get(id) ?? []) {
      if (next === to) return [...wayTo(id, from, cameFrom), to];
      if (next === from || cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(id: string, from: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [id];
  for (let step = id; step !== from; ) {
    step = cameFrom.get(step)!;
    way.unshift(step);
  }
  return way;
}

function reach(start: string, next: (id: string) => readonly string[]): string[] {
  const seen = new Set([start]);
  for (const id of seen) for (const other of next(id)) seen.add(other);
  seen.delete(start);
  return [...seen];
}
