// Both day fields of a cron expression: Airflow (and cron) runs when either fits, most people read "both".

import { parseCron } from "../../runtime/dag/cron.ts";
import { inDag, type Rule } from "./rule.ts";

export const cronBothDays: Rule = {
  code: "cron-both-days",
  group: "convention",
  severity: "warning",
  summary: "a cron expression restricts the day of the month or the day of the week, not both",
  view: "dag",
  check: (dag) => {
    const { schedule } = dag.model;
    if (schedule?.kind !== "cron") return [];
    const parsed = parseCron(schedule.expression);
    if (!parsed.ok || parsed.fields.isEveryDayOfMonth || parsed.fields.isEveryDayOfWeek) return [];
    return [
      {
        at: inDag(dag, "schedule"),
        text: `${JSON.stringify(schedule.expression)} runs on days that fit the day of the month or the day of the week, not only on those that fit both`,
        remedy: "write * for one of the two, and check the other in a short circuit",
      },
    ];
  },
};
