// Order statements against random DAGs: whatever form they take, together they state each edge exactly once.

import { expect, test } from "vitest";
import { blockOf } from "../../../generator/emit/blocks.ts";
import { type OrderStatement, orderStatements } from "../../../generator/emit/order-statements.ts";
import { Dag, type DagModel, describe } from "../../../runtime/index.ts";

test.each(Array.from({ length: 200 }, (_, index) => index))("random DAG %i: every edge is stated once", (seed) => {
  const model = describe(randomDag(seed));
  const edges = model.tasks.flatMap(({ id, upstream }) => upstream.map((from) => `${from} > ${id}`));
  expect(statementsOf(model).flatMap(edgesOf).sort()).toEqual(edges.sort());
});

test("a wide and deep DAG is put in order without walking every path: there are more than anybody could wait for", () => {
  const rows = 25;
  const dag = new Dag("large");
  const tasks = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: 20 }, (_, at) => dag.empty(`t_${row}_${at}`)),
  );
  for (const [row, above] of tasks.slice(0, -1).entries()) for (const task of tasks[row + 1]!) task.after(...above);
  const model = describe(dag);
  const edges = model.tasks.flatMap(({ id, upstream }) => upstream.map((from) => `${from} > ${id}`));
  expect(statementsOf(model).flatMap(edgesOf).sort()).toEqual(edges.sort());
});

function statementsOf(model: DagModel): OrderStatement[] {
  const { order, edges } = blockOf(model);
  return orderStatements(order, edges);
}

function randomDag(seed: number): Dag {
  let state = seed + 1;
  // Park and Miller: the same DAG every time.
  const below = (limit: number) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
  const dag = new Dag("random");
  const tasks = Array.from({ length: 1 + below(14) }, (_, index) => dag.empty(`t${index}`));
  const density = 1 + below(6);
  for (const [index, task] of tasks.entries()) {
    for (const later of tasks.slice(index + 1)) if (below(density) === 0) task.before(later);
  }
  return dag;
}

function edgesOf(statement: OrderStatement): string[] {
  switch (statement.kind) {
    case "chain":
      // Airflow pairs two lists side by side: that would be other edges.
      expect(
        statement.steps.some((step, index) => step.length > 1 && (statement.steps[index + 1]?.length ?? 1) > 1),
      ).toBe(false);
      return statement.steps
        .slice(1)
        .flatMap((step, index) =>
          step.flatMap((id) => statement.steps[index]!.map((upstream) => `${upstream} > ${id}`)),
        );
    case "fan-out":
      return statement.to.map((id) => `${statement.from} > ${id}`);
    case "fan-in":
      return statement.from.map((id) => `${id} > ${statement.to}`);
    default:
      return statement satisfies never;
  }
}
