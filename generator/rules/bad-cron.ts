// A schedule that Airflow cannot read, reads otherwise than meant, or that never happens.

import { parseCron } from "../../runtime/dag/cron.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const badCron: Rule = {
  code: "bad-cron",
  group: "validity",
  severity: "error",
  summary: "a schedule is a five-field cron expression, a preset, or a positive duration",
  view: "dag",
  check: checkSchedule,
};

function checkSchedule(dag: LoadedDag): Finding[] {
  const { schedule } = dag.model;
  if (schedule?.kind === "cron") {
    const result = parseCron(schedule.expression);
    if (result.ok) return [];
    const at = inDag(dag, "schedule", "cron");
    return [{ at, text: `schedule: ${result.problem.text}`, remedy: result.problem.remedy }];
  }
  if (schedule?.kind !== "delta" || schedule.seconds > 0) return [];
  return [
    {
      at: inDag(dag, "schedule", "every"),
      text: `schedule: every is ${JSON.stringify(schedule.seconds)}, not a positive number of seconds`,
      remedy: "write { every: 900 } for a quarter of an hour",
    },
  ];
}
