// Schedules, moments and durations as Python. Timetables are named, never left to Airflow's configuration.

import type { Schedule } from "../../runtime/dag/schedule.ts";
import { call, callOf, type Expression, literal, pythonString } from "./python-literal.ts";

export function scheduleExpression(schedule: Schedule | null): Expression {
  if (schedule === null) return "None";
  if (schedule.kind === "delta") return callOf("DeltaTriggerTimetable", seconds(schedule.seconds));
  return {
    open: "CronTriggerTimetable(",
    items: [
      { prefix: "", value: pythonString(schedule.expression) },
      { prefix: "timezone=", value: pythonString(schedule.timezone) },
    ],
    close: ")",
  };
}

export function timetableClass(schedule: Schedule | null): string | null {
  if (schedule === null) return null;
  return schedule.kind === "cron" ? "CronTriggerTimetable" : "DeltaTriggerTimetable";
}

/** A wall-clock time in a zone. */
export function moment(date: string, timezone: string): Expression {
  const numbers = date
    .split(/\D+/)
    .filter(Boolean)
    .map((part) => String(Number(part)));
  const items = [...numbers.map((value) => ({ prefix: "", value })), { prefix: "tz=", value: pythonString(timezone) }];
  return { open: "pendulum.datetime(", items, close: ")" };
}

/** A duration that may be missing. */
export function optionalSeconds(duration: number | null | undefined): Expression | undefined {
  return duration === null || duration === undefined ? undefined : seconds(duration);
}

function seconds(duration: number): Expression {
  return call("timedelta", { seconds: literal(duration) });
}
