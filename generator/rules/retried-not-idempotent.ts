// A task that is tried again, although it says that it must not run twice, or does not say that it may where that matters most.

import { effectiveArgs } from "../../runtime/dag/model.ts";
import { inTask, type Rule } from "./rule.ts";

export const retriedNotIdempotent: Rule = {
  code: "retried-not-idempotent",
  group: "convention",
  severity: "error",
  summary: "a task with idempotent: false is not tried again, and in a destructive DAG none that does not say true",
  view: "dag",
  check: (dag) =>
    dag.model.tasks.flatMap((task, index) => {
      const { retries } = effectiveArgs(dag.model, task);
      if (task.idempotent === true || retries <= 0) return [];
      if (task.idempotent === false) {
        const from = task.retries === null ? "by defaultArgs" : "by its own retries";
        return [
          {
            at: inTask(dag, index, "retries"),
            text: `task ${JSON.stringify(task.id)} is not idempotent, and is tried again up to ${retries} times ${from}`,
            remedy: "set retries: 0 for this task, or make it idempotent",
          },
        ];
      }
      if (dag.model.destructive !== true || task.kind === "empty") return [];
      return [
        {
          at: inTask(dag, index, "idempotent"),
          text: `task ${JSON.stringify(task.id)} of a destructive DAG is tried again, and does not say whether it is idempotent`,
          remedy:
            "write idempotent: true if running it twice is as running it once; else idempotent: false, retries: 0",
        },
      ];
    }),
};
