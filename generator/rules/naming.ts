// Ids that read alike: `snake_case`, as Airflow's own examples and Python's names are.

import { labelOf } from "../../runtime/dag/model.ts";
import { argumentOfTask, type Finding, idOfDag, idOfGroup, type Rule } from "./rule.ts";

export const naming: Rule = {
  code: "naming",
  group: "convention",
  severity: "off",
  strict: "warning",
  summary: "ids of DAGs, tasks and groups follow the project's pattern: snake_case",
  options: {
    dag: { kind: "pattern", default: "^[a-z][a-z0-9_]*$", description: 'Write dag: "^[a-z][a-z0-9_]*$"' },
    task: {
      kind: "pattern",
      default: "^[a-z][a-z0-9_]*$",
      description: 'Write task: "^[a-z][a-z0-9_]*$", also of groups',
    },
  },
  view: "dag",
  check: (dag, options) => {
    const judge = (what: "DAG" | "task" | "group", id: string, at: Finding["at"]): Finding[] => {
      const pattern = options[what === "DAG" ? "dag" : "task"] as string;
      if (new RegExp(pattern, "u").test(id)) return [];
      const text = `${what} id ${JSON.stringify(id)} does not match ${pattern}`;
      return [{ at, text, remedy: remedyFor(id, pattern) }];
    };
    const label = (member: { readonly id: string; readonly group?: string }) => labelOf(dag.model, member);
    const { tasks, groups = [] } = dag.model;
    return [
      ...judge("DAG", dag.model.id, idOfDag(dag)),
      ...tasks.flatMap((task, index) => judge("task", label(task), argumentOfTask(dag, index, 0))),
      ...groups.flatMap((group, index) => judge("group", label(group), idOfGroup(dag, index))),
    ];
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
