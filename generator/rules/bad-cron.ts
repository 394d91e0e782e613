// A schedule that Airflow cannot read, reads otherwise than meant, or that never happens; and its time zone.

import { parseCron } from "../../runtime/dag/cron.ts";
import { findNearest } from "../../runtime/did-you-mean.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const badCron: Rule = {
  code: "bad-cron",
  group: "validity",
  severity: "error",
  summary: "a schedule is a five-field cron expression, a preset, or a positive duration, in a time zone that exists",
  view: "dag",
  check: (dag) => [...checkSchedule(dag), ...checkTimezone(dag)],
};

function checkSchedule(dag: LoadedDag): Finding[] {
  const { schedule } = dag.model;
  if (schedule === null) return [];
  if (schedule.kind === "cron") {
    const result = parseCron(schedule.expression);
    if (result.ok) return [];
    return [{ at: inDag(dag, "schedule"), text: `schedule: ${result.problem.text}`, remedy: result.problem.remedy }];
  }
  if (typeof schedule.seconds === "number" && schedule.seconds > 0) return [];
  return [
    {
      at: inDag(dag, "schedule", "every"),
      text: `schedule: every is ${JSON.stringify(schedule.seconds)}, not a positive number of seconds`,
      remedy: "write { every: 900 } for a quarter of an hour",
    },
  ];
}

function checkTimezone(dag: LoadedDag): Finding[] {
  const { timezone } = dag.model;
  if (isTimezone(timezone)) return [];
  const nearest = findNearest(timezone, Intl.supportedValuesOf("timeZone"));
  return [
    {
      at: inDag(dag, "timezone"),
      text: `timezone ${JSON.stringify(timezone)} does not exist`,
      remedy: nearest === undefined ? 'use an IANA name such as "Europe/Vienna", or "UTC"' : `did you mean ${nearest}?`,
    },
  ];
}

/** Python's zone names are file names: their case matters, and offsets such as +01:00 are none of them. */
function isTimezone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
