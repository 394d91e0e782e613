// Params and inputs written as values stand in the generated Python, in Airflow's serialised DAG, and are sent with every try.

import { isNodeTask } from "../../runtime/dag/model.ts";
import { type Finding, inDag, inTask, type Rule } from "./rule.ts";

export const oversizedLiteral: Rule = {
  code: "oversized-literal",
  group: "convention",
  severity: "warning",
  summary: "params, inputs and options written as values are small",
  options: { maxBytes: { kind: "count", default: 10_000, description: "Write maxBytes: 10000, of a value as JSON" } },
  view: "dag",
  check: (dag, options) => {
    const maxBytes = options["maxBytes"] as number;
    const judge = (what: string, value: unknown, at: Finding["at"]): Finding[] => {
      const bytes = Buffer.byteLength(JSON.stringify(value));
      if (bytes <= maxBytes) return [];
      const text = `${what} is ${bytes.toLocaleString("en")} bytes as JSON; at most ${maxBytes.toLocaleString("en")} are well kept in a DAG`;
      return [{ at, text, remedy: "put it into a file below include/ that the task reads, or into a table" }];
    };
    const params = Object.entries(dag.model.params).flatMap(([name, value]) =>
      judge(`param ${JSON.stringify(name)}`, value, inDag(dag, "params", name)),
    );
    const tasks = dag.model.tasks.flatMap((task, index) =>
      isNodeTask(task)
        ? Object.entries(task.literals).flatMap(([name, value]) =>
            judge(`input ${JSON.stringify(name)}`, value, inTask(dag, index)),
          )
        : [],
    );
    return [...params, ...tasks];
  },
};
