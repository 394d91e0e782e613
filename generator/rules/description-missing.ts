// What a DAG is for, in Airflow's list and for whoever is called at night.

import { inDag, type Rule } from "./rule.ts";

export const descriptionMissing: Rule = {
  code: "description-missing",
  group: "convention",
  severity: "off",
  strict: "warning",
  summary: "every DAG has a description: of its own, or the first paragraph of the comment above it",
  view: "dag",
  check: (dag) =>
    (dag.model.description ?? "").trim() !== ""
      ? []
      : [
          {
            at: inDag(dag, "description"),
            text: `DAG ${JSON.stringify(dag.model.id)} has no description`,
            remedy: 'say in one line what it does: /** Loads the day\'s sales. */ above it, or description: "…"',
          },
        ],
};
