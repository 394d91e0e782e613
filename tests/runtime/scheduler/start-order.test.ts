// Weights of any DAG, and of one that is large: what one walk for each task would find, without the walks.

import { describe, expect, it } from "vitest";
import { ancestorsOf, descendantsOf, graphOf, topologicalOrder } from "../../../runtime/dag/graph.ts";
import { type DagModel, effectiveArgs } from "../../../runtime/dag/model.ts";
import { weightRules } from "../../../runtime/dag/weight-rules.ts";
import { totalWeights } from "../../../runtime/scheduler/start-order.ts";
import { type MadeTask, madeDag } from "../../support/made-dag.ts";
import { type Random, randomFrom } from "../../support/random.ts";

describe("of random DAGs", () => {
  it.each([1, 2, 31, 32, 33, 64, 65, 150])(
    "with %i tasks, weights are those of all that can be reached, each once",
    (count) => {
      const dag = madeDag(randomTasks(randomFrom(count), count));
      expect(Object.fromEntries(totalWeights(dag))).toEqual(walkedWeights(dag));
    },
  );

  it.each([2, 40, 150])(
    "with %i tasks, every task comes after its upstream tasks, by the longest way to it",
    (count) => {
      const graph = graphOf(madeDag(randomTasks(randomFrom(count), count)));
      expect(topologicalOrder(graph)).toEqual(layeredOrder(graph));
    },
  );
});

describe("of a circle", () => {
  const circle: MadeTask[] = [
    { id: "b", upstream: ["c"] },
    { id: "c", upstream: ["b"] },
    { id: "behind", upstream: ["c"] },
  ];

  it("its tasks, and those behind it, come last", () => {
    expect(topologicalOrder(graphOf(madeDag([...circle, { id: "free" }])))).toEqual(["free", "b", "c", "behind"]);
  });
});

function randomTasks(random: Random, count: number): MadeTask[] {
  const ids = Array.from({ length: count }, (_, index) => `task_${index}`);
  const tasks = ids.map((id, index) => ({
    id,
    upstream: ids.slice(0, index).filter(() => random.chance(3 / (index + 1))),
    priorityWeight: random.integer(20) - 5,
    weightRule: random.pick(weightRules),
  }));
  // Declared in another order than they run in.
  return tasks
    .map((task) => ({ task, place: random.fraction() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ task }) => task);
}

function walkedWeights(dag: DagModel): Record<string, number> {
  const graph = graphOf(dag);
  const own = (id: string) => effectiveArgs(dag, graph.tasks.get(id)!).priorityWeight;
  const others = (id: string) => {
    const { weightRule } = effectiveArgs(dag, graph.tasks.get(id)!);
    if (weightRule === "absolute") return [];
    return weightRule === "upstream" ? ancestorsOf(graph, id) : descendantsOf(graph, id);
  };
  return Object.fromEntries(
    dag.tasks.map(({ id }) => [id, [id, ...others(id)].reduce((sum, other) => sum + own(other), 0)]),
  );
}

/** Round after round those whose upstream tasks have all had their turn. */
function layeredOrder(graph: ReturnType<typeof graphOf>): string[] {
  const order: string[] = [];
  for (let waiting = [...graph.tasks.values()]; waiting.length > 0; ) {
    const ready = waiting.filter(({ upstream }) => upstream.every((id) => order.includes(id)));
    order.push(...ready.map(({ id }) => id));
    waiting = waiting.filter(({ id }) => !order.includes(id));
  }
  return order;
}
