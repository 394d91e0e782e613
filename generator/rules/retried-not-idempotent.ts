// A task that says that it must not run twice, and is tried again all the same.

import { effectiveArgs } from "../../runtime/dag/model.ts";
import { inTask, type Rule } from "./rule.ts";

export const retriedNotIdempotent: Rule = {
  code: "retried-not-idempotent",
  group: "convention",
  severity: "error",
  summary: "a task with idempotent: false is not tried again",
  view: "dag",
  check: (dag) =>
    dag.model.tasks.flatMap((task, index) => {
      const { retries } = effectiveArgs(dag.model, task);
      if (task.idempotent !== false || retries <= 0) return [];
      const from = task.retries === null ? "by defaultArgs" : "by its own retries";
      return [
        {
          at: inTask(dag, index, "retries"),
          text: `task ${JSON.stringify(task.id)} is not idempotent, and is tried again up to ${retries} times ${from}`,
          remedy: "set retries: 0 for this task, or make it idempotent",
        },
      ];
    }),
};
