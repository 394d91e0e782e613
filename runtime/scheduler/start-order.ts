// Which task goes first when more are ready than may run: the one of greater weight, then the one that was declared first.
// Source: airflow/task/priority_strategy.py, and the order of jobs/scheduler_job_runner.py (_executable_task_instances_to_queued).

import { type Graph, graphOf, topologicalOrder } from "../dag/graph.ts";
import { type DagModel, effectiveArgs, type TaskModel } from "../dag/model.ts";
import type { WeightRule } from "../dag/weight-rules.ts";

/** Of all tasks. */
export function startOrder(dag: DagModel, weights: ReadonlyMap<string, number>): readonly TaskModel[] {
  return dag.tasks.toSorted((left, right) => weights.get(right.id)! - weights.get(left.id)!);
}

/** Task id → the weight that Airflow's scheduler orders it by. */
export function totalWeights(dag: DagModel, graph: Graph = graphOf(dag)): ReadonlyMap<string, number> {
  const own = new Map(dag.tasks.map((task) => [task.id, effectiveArgs(dag, task).priorityWeight]));
  const rules = new Map(dag.tasks.map((task) => [task.id, effectiveArgs(dag, task).weightRule]));
  const used = new Set(rules.values());
  const order = topologicalOrder(graph);
  const sums: Record<WeightRule, ReadonlyMap<string, number>> = {
    absolute: own,
    upstream: used.has("upstream") ? sumReachable(order, (id) => graph.tasks.get(id)!.upstream, own) : own,
    downstream: used.has("downstream") ? sumReachable(order.reverse(), (id) => graph.downstream.get(id)!, own) : own,
  };
  return new Map(dag.tasks.map(({ id }) => [id, sums[rules.get(id)!].get(id)!]));
}

/** As many as one number of a typed array has bits. */
const blockSize = 32;

/**
 * Id → its own weight and that of everything that can be reached from it, each once. Whom a task reaches is known from those next to it: so for
 * 32 tasks at a time one walk along the order finds who reaches them, in 32 bits for each task.
 * @param order what can be reached from an id comes before it.
 */
function sumReachable(
  order: readonly string[],
  next: (id: string) => readonly string[],
  own: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const numbers = new Map(order.map((id, number) => [id, number]));
  const edges = order.map((id) => next(id).flatMap((other) => numbers.get(other) ?? []));
  const sums = new Float64Array(order.length);
  const reached = new Uint32Array(order.length);
  for (let block = 0; block < order.length; block += blockSize) {
    const weigh = weigherOf(order.slice(block, block + blockSize).map((id) => own.get(id)!));
    reached.fill(0);
    for (let number = block; number < order.length; number++) {
      let bits = number < block + blockSize ? 1 << (number - block) : 0;
      for (const other of edges[number]!) bits |= reached[other]!;
      reached[number] = bits;
      if (bits !== 0) sums[number]! += weigh(bits);
    }
  }
  return new Map(order.map((id, number) => [id, sums[number]!]));
}

/** The sum of the weights whose bits are set, looked up byte by byte. */
function weigherOf(weights: readonly number[]): (bits: number) => number {
  const [first, second, third, fourth] = [0, 8, 16, 24].map((start) => {
    const sums = new Float64Array(256);
    for (let byte = 1; byte < 256; byte++) {
      const bit = 31 - Math.clz32(byte);
      sums[byte] = sums[byte ^ (1 << bit)]! + (weights[start + bit] ?? 0);
    }
    return sums;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return (bits) =>
    first[bits & 255]! + second[(bits >>> 8) & 255]! + third[(bits >>> 16) & 255]! + fourth[bits >>> 24]!;
}
