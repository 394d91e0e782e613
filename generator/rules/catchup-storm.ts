// Catchup with an old start date: the first deployment, or the first day of an empty database, starts years of runs at once.

import { countNoun } from "../../runtime/count-noun.ts";
import { countRuns } from "./count-runs.ts";
import { inDag, type Rule } from "./rule.ts";

export const catchupStorm: Rule = {
  code: "catchup-storm",
  group: "convention",
  severity: "warning",
  summary: "a DAG that makes up for many missed runs says how many of them run at once",
  options: { max: { kind: "count", default: 500, description: "Write max: 500, the runs that need no maxActiveRuns" } },
  view: "dag",
  check: (dag, options, { now }) => {
    const max = options["max"] as number;
    const { catchup, maxActiveRuns, startDate, id } = dag.model;
    // Who says how many run at once has thought of it.
    if (!catchup || maxActiveRuns !== null) return [];
    const runs = countRuns(dag.model, now);
    if (runs <= max) return [];
    return [
      {
        at: inDag(dag, "catchup"),
        // The number is not in the text: a baseline knows a finding by it, and tomorrow there is one more.
        text: `catchup of DAG ${JSON.stringify(id)} from ${JSON.stringify(startDate)} on starts more than ${countNoun(max, "run")} where it is deployed first`,
        remedy: `today it would be about ${countNoun(runs, "run")}, 16 at a time: write maxActiveRuns, a later startDate, or catchup: false`,
      },
    ];
  },
};
