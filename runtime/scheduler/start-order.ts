// Which task goes first when more are ready than may run: the one of greater weight, then the one that was declared first.
// Source: airflow/task/priority_strategy.py, and the order of jobs/scheduler_job_runner.py (_executable_task_instances_to_queued).

import { ancestorsOf, descendantsOf, type Graph, graphOf } from "../dag/graph.ts";
import { type DagModel, effectiveArgs, type TaskModel } from "../dag/model.ts";
import type { WeightRule } from "../dag/weight-rules.ts";

const orders = new WeakMap<DagModel, readonly TaskModel[]>();

/** Of all tasks; worked out once for each model. */
export function startOrder(dag: DagModel): readonly TaskModel[] {
  const known = orders.get(dag);
  if (known) return known;
  const weights = totalWeights(dag);
  const order = dag.tasks.toSorted((left, right) => weights.get(right.id)! - weights.get(left.id)!);
  orders.set(dag, order);
  return order;
}

/** Task id → the weight that Airflow's scheduler orders it by. */
export function totalWeights(dag: DagModel): ReadonlyMap<string, number> {
  const graph = graphOf(dag);
  const own = new Map(dag.tasks.map((task) => [task.id, effectiveArgs(dag, task).priorityWeight]));
  const totalOf = (task: TaskModel) => {
    const others = related(graph, task.id, effectiveArgs(dag, task).weightRule);
    return others.reduce((sum, id) => sum + own.get(id)!, own.get(task.id)!);
  };
  return new Map(dag.tasks.map((task) => [task.id, totalOf(task)]));
}

function related(graph: Graph, id: string, rule: WeightRule): string[] {
  switch (rule) {
    case "absolute":
      return [];
    case "upstream":
      return ancestorsOf(graph, id);
    case "downstream":
      return descendantsOf(graph, id);
    default:
      return rule satisfies never;
  }
}
