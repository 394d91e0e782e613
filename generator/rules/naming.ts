// Ids that read alike: `snake_case`, as Airflow's own examples and Python's names are.

import { argumentOfTask, type Finding, idOfDag, type Rule } from "./rule.ts";

export const naming: Rule = {
  code: "naming",
  group: "convention",
  severity: "off",
  strict: "warning",
  summary: "ids of DAGs and tasks follow the project's pattern: snake_case",
  options: {
    dag: { kind: "pattern", default: "^[a-z][a-z0-9_]*$", description: 'Write dag: "^[a-z][a-z0-9_]*$"' },
    task: { kind: "pattern", default: "^[a-z][a-z0-9_]*$", description: 'Write task: "^[a-z][a-z0-9_]*$"' },
  },
  view: "dag",
  check: (dag, options) => {
    const judge = (what: "dag" | "task", id: string, at: Finding["at"]): Finding[] => {
      const pattern = options[what] as string;
      if (new RegExp(pattern, "u").test(id)) return [];
      const text = `${what === "dag" ? "DAG" : "task"} id ${JSON.stringify(id)} does not match ${pattern}`;
      return [{ at, text, remedy: remedyFor(id, pattern) }];
    };
    const tasks = dag.model.tasks.flatMap(({ id }, index) => judge("task", id, argumentOfTask(dag, index, 0)));
    return [...judge("dag", dag.model.id, idOfDag(dag)), ...tasks];
  },
};

function remedyFor(id: string, pattern: string): string {
  const snake = id
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase();
  return new RegExp(pattern, "u").test(snake) ? `write ${JSON.stringify(snake)}` : "give it an id that does";
}
