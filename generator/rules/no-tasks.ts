// A DAG without tasks: every run of it succeeds at once.

import { inDag, type Rule } from "./rule.ts";

export const noTasks: Rule = {
  code: "no-tasks",
  group: "convention",
  severity: "off",
  strict: "error",
  summary: "every DAG has a task",
  view: "dag",
  check: (dag) =>
    // Tasks that were defined and not placed are told one by one.
    dag.model.tasks.length + dag.sites.unplaced.length > 0
      ? []
      : [
          {
            at: inDag(dag),
            text: `DAG ${JSON.stringify(dag.model.id)} has no tasks: its runs do nothing and succeed`,
            remedy: "add a task, or take the DAG out",
          },
        ],
};
