// A run that ends before one of its tasks may take that long: the task's own timeout never comes, and its failure is never its own.

import { effectiveArgs } from "../../runtime/dag/model.ts";
import { inTask, type Rule } from "./rule.ts";

export const timeoutOrder: Rule = {
  code: "timeout-order",
  group: "convention",
  severity: "warning",
  summary: "no task's executionTimeout is longer than the DAG's dagrunTimeout",
  view: "dag",
  check: (dag) => {
    const { dagrunTimeout } = dag.model;
    if (dagrunTimeout === undefined || dagrunTimeout <= 0) return [];
    return dag.model.tasks.flatMap((task, index) => {
      const { executionTimeout } = effectiveArgs(dag.model, task);
      if (executionTimeout === null || executionTimeout <= dagrunTimeout) return [];
      return [
        {
          at: inTask(dag, index, "executionTimeout"),
          text: `executionTimeout of task ${JSON.stringify(task.id)} is ${executionTimeout} s, and the whole run is ended after ${dagrunTimeout} s`,
          remedy: "write a shorter executionTimeout, or a longer dagrunTimeout",
        },
      ];
    });
  },
};
