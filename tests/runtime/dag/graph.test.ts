import { expect, test } from "vitest";
import { findCycles, graphOf } from "../../../runtime/dag/graph.ts";
import { chain, Dag, describe, type TaskRef } from "../../../runtime/index.ts";

test.each<[string, string[], string[][]]>([
  ["no cycle", ["a b c", "a c"], []],
  ["a task that waits for itself", ["a a"], [["a", "a"]]],
  [
    "two apart",
    ["a b a", "c d e c"],
    [
      ["a", "b", "a"],
      ["c", "d", "e", "c"],
    ],
  ],
  [
    "two through one task",
    ["a b a", "a c a"],
    [
      ["a", "b", "a"],
      ["a", "c", "a"],
    ],
  ],
  ["the shorter one of two with a common edge", ["a b c d a", "b a"], [["a", "b", "a"]]],
  ["one between tasks that are on none", ["x a b a y", "x z"], [["a", "b", "a"]]],
])("%s", (_, ways, expected) => {
  expect(findCycles(graphOf(describe(dagOf(ways))))).toEqual(expected);
});

test("a long cycle behind many tasks is found at once", () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `t${index}`);
  const [cycle] = findCycles(graphOf(describe(dagOf([`${ids.join(" ")} t1500`]))));
  expect(cycle).toHaveLength(501);
});

/** Each way is a chain of task ids. */
function dagOf(ways: readonly string[]): Dag {
  const dag = new Dag("graph");
  const tasks = new Map<string, TaskRef<unknown>>();
  const taskOf = (id: string) => {
    if (!tasks.has(id)) tasks.set(id, dag.empty(id));
    return tasks.get(id)!;
  };
  for (const way of ways) chain(...way.split(" ").map(taskOf));
  return dag;
}
