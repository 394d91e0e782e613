// A task that was defined, but is in no DAG: nobody called what `dag.task` returned.

import type { Rule } from "./rule.ts";

export const unplacedTask: Rule = {
  code: "unplaced-task",
  group: "validity",
  severity: "error",
  summary: "every task that is defined is placed: what dag.task and dag.shortCircuit return is called",
  view: "dag",
  check: (dag) =>
    dag.sites.unplaced.map(({ id, place }) => ({
      at: { call: place },
      text: `task ${JSON.stringify(id)} is never placed, so DAG ${JSON.stringify(dag.model.id)} does not have it`,
      remedy: "call what the definition returned, with the task's inputs: dag.task(…)()",
    })),
};
