// Tags are how people find a DAG in Airflow's list.

import { inDag, type Rule } from "./rule.ts";

export const tagsMissing: Rule = {
  code: "tags-missing",
  group: "convention",
  severity: "error",
  summary: "every DAG has at least one tag",
  view: "dag",
  check: (dag) =>
    dag.model.tags.length > 0
      ? []
      : [
          {
            at: inDag(dag, "tags"),
            text: `DAG ${JSON.stringify(dag.model.id)} has no tags`,
            remedy: 'add tags that say what it is about and whose it is: tags: ["sales", "team-data"]',
          },
        ],
};
