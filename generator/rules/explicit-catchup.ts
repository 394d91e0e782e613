// Whether missed runs are made up for changes what a first deployment does: who reads the file should not have to know the default.

import { inDag, type Rule } from "./rule.ts";

export const explicitCatchup: Rule = {
  code: "explicit-catchup",
  group: "convention",
  severity: "off",
  strict: "warning",
  summary: "a DAG with a schedule says whether missed runs are made up for",
  isFixable: true,
  view: "dag",
  check: (dag) => {
    const { schedule, id } = dag.model;
    const hasMissedRuns = schedule?.kind === "cron" || schedule?.kind === "delta";
    if (!hasMissedRuns || dag.given.includes("catchup")) return [];
    const at = inDag(dag, "catchup");
    return [
      {
        at,
        text: `DAG ${JSON.stringify(id)} has a schedule and does not say catchup`,
        remedy: "write catchup: false, which is what it has now, or catchup: true",
        fix: { at, change: { set: false } },
      },
    ];
  },
};
