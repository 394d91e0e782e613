// A try that hangs holds its slot, and its run, until somebody looks.

import { countNoun } from "../../runtime/count-noun.ts";
import { argOf } from "../../runtime/dag/model.ts";
import { inDag, type Rule } from "./rule.ts";

export const executionTimeoutMissing: Rule = {
  code: "execution-timeout-missing",
  group: "convention",
  severity: "off",
  strict: "warning",
  summary: "every task that does something has an executionTimeout",
  view: "dag",
  check: (dag) => {
    const { tasks, id } = dag.model;
    const without = tasks.filter(
      (task) => task.kind !== "empty" && argOf(dag.model, task, "executionTimeout") === null,
    );
    if (without.length === 0) return [];
    const first = JSON.stringify(without[0]!.id);
    return [
      {
        at: inDag(dag, "defaultArgs", "executionTimeout"),
        text: `${countNoun(without.length, "task")} of DAG ${JSON.stringify(id)}, ${first} first, may run for ever`,
        remedy: "write seconds that no try should need: defaultArgs: { executionTimeout: 3600 }",
      },
    ];
  },
};
