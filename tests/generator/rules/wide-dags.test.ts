// DAGs that are wider than anyone's: what judges them grows with their size, not with its powers.

import { expect, test } from "vitest";
import { possibleStates } from "../../../generator/rules/possible-states.ts";
import { describe } from "../../../runtime/dag/describe.ts";
import { chain, Dag } from "../../../runtime/index.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

test("500 tasks into one: the states that it can end in are found", () => {
  const dag = new Dag("wide");
  const many = names(500).map((id) => dag.bash(id, "true"));
  dag.empty("end", { triggerRule: "none_failed" }).after(...many);
  const { states, neverRun } = possibleStates(describe(dag));
  expect([...states.get("end")!].sort()).toEqual(["success", "upstream_failed"]);
  expect(neverRun).toEqual([]);
});

test("as many tasks as a state needs, and no more, are taken for it", () => {
  const dag = new Dag("narrow");
  const only = dag.bash("only", "true");
  dag.bash("both", "true", { triggerRule: "all_skipped" }).after(only, dag.empty("never_skipped"));
  expect(possibleStates(describe(dag)).neverRun.map(({ id }) => id)).toEqual(["both"]);
});

test("two groups of 400 tasks, one after the other", () => {
  const dag = new Dag("groups");
  const [first, second] = ["first", "second"].map((id) => dag.taskGroup(id));
  for (const id of names(400)) {
    first!.empty(id);
    second!.empty(id);
  }
  chain(first!, second!);
  expect(describe(dag).tasks.at(-1)!.upstream).toHaveLength(400);
});
