// What one of the project's Airflow versions does not have: its Python could not be loaded there. All other fields of the surface are in every
// version from 3.0 on; the signatures of DAG, BaseOperator and TaskGroup were compared.

import { triggerRulesSince } from "../../runtime/dag/trigger-rules.ts";
import { inTask, type Rule } from "./rule.ts";

export const unsupportedFeature: Rule = {
  code: "unsupported-feature",
  group: "validity",
  severity: "error",
  summary: "every Airflow version that the configuration names has what is used",
  view: "dag",
  check: (dag, _, { airflow }) =>
    dag.model.tasks.flatMap(({ triggerRule }, index) => {
      const since = triggerRulesSince[triggerRule];
      const lacking = since === undefined ? [] : airflow.filter((version) => isBefore(version, since));
      if (lacking.length === 0) return [];
      const text = `triggerRule ${JSON.stringify(triggerRule)} came with Airflow ${since}, and the project is for ${lacking.join(", ")}, too`;
      const remedy = `use another trigger rule, or write airflow: ["${since}", …] in dagwright.config.ts`;
      return [{ at: inTask(dag, index, "triggerRule"), text, remedy }];
    }),
};

/** Both as `major.minor`. */
function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}
