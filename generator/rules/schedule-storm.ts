// Many DAGs at the same moment: the scheduler, the workers and the databases stand still all day and fall over at midnight.

import { parseCron } from "../../runtime/dag/cron.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const scheduleStorm: Rule = {
  code: "schedule-storm",
  group: "convention",
  severity: "warning",
  summary: "not too many DAGs start in the same minute of the day",
  options: { max: { kind: "count", default: 10, description: "Write max: 10, the DAGs that may start together" } },
  view: "project",
  check: ({ dags }, options) => {
    const max = options["max"] as number;
    const groups = new Map<string, LoadedDag[]>();
    for (const dag of dags) {
      const moment = momentOf(dag);
      if (moment !== undefined) groups.set(moment, [...(groups.get(moment) ?? []), dag]);
    }
    return [...groups].flatMap(([moment, group]) =>
      group.length > max ? findLater(moment, group.slice(max), group) : [],
    );
  },
};

function findLater(moment: string, later: readonly LoadedDag[], all: readonly LoadedDag[]): Finding[] {
  return later.map((dag) => ({
    at: inDag(dag, "schedule"),
    dag,
    text: `DAG ${JSON.stringify(dag.model.id)} is one of ${all.length} that start at ${moment}`,
    remedy: "give it a minute of its own, e.g. 17 in place of 0",
  }));
}

/** Undefined for what starts several times a day. */
function momentOf({ model: { schedule } }: LoadedDag): string | undefined {
  if (schedule?.kind !== "cron") return undefined;
  const parsed = parseCron(schedule.expression);
  if (!parsed.ok) return undefined;
  const { hours, minutes } = parsed.fields;
  if (hours.length > 1 || minutes.length > 1) return undefined;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(hours[0]!)}:${two(minutes[0]!)} (${schedule.timezone})`;
}
