// Who is asked when it fails: Airflow's default owner is nobody.

import { inDag, type Rule } from "./rule.ts";

export const ownerMissing: Rule = {
  code: "owner-missing",
  group: "convention",
  severity: "off",
  strict: "error",
  summary: "defaultArgs has an owner, who is not airflow",
  view: "dag",
  check: (dag) => {
    const { owner } = dag.model.defaultArgs;
    if (owner !== null && owner.toLowerCase() !== "airflow") return [];
    const found = owner === null ? "has no owner" : `is owned by ${JSON.stringify(owner)}, which is Airflow's default`;
    return [
      {
        at: inDag(dag, "defaultArgs", "owner"),
        text: `DAG ${JSON.stringify(dag.model.id)} ${found}`,
        remedy: 'say whose it is: defaultArgs: { owner: "team-data" }',
      },
    ];
  },
};
