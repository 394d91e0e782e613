// Schedules, moments and durations as Python. Timetables are named, never left to Airflow's configuration.

import type { Schedule } from "../../runtime/dag/schedule.ts";
import { call, callOf, type Expression, literal, pythonString } from "./python-literal.ts";

/** Presets without a clock mean the same under every configuration, and Airflow has no public class for them in all versions. */
export function scheduleExpression(schedule: Schedule | null): Expression {
  switch (schedule?.kind) {
    case undefined:
      return "None";
    case "once":
      return pythonString("@once");
    case "continuous":
      return pythonString("@continuous");
    case "delta":
      return callOf(timetableOf(schedule)!.name, seconds(schedule.seconds));
    case "cron":
      return {
        open: `${timetableOf(schedule)!.name}(`,
        items: [
          { prefix: "", value: pythonString(schedule.expression) },
          { prefix: "timezone=", value: pythonString(schedule.timezone) },
        ],
        close: ")",
      };
    default:
      return schedule satisfies never;
  }
}

export interface Timetable {
  readonly module: string;
  readonly name: string;
}

/** The class that a schedule is made with, if it is made with one. */
export function timetableOf(schedule: Schedule | null): Timetable | null {
  if (schedule?.kind !== "cron" && schedule?.kind !== "delta") return null;
  const prefix = schedule.kind === "cron" ? "Cron" : "Delta";
  return schedule.dataInterval
    ? { module: "airflow.timetables.interval", name: `${prefix}DataIntervalTimetable` }
    : { module: "airflow.timetables.trigger", name: `${prefix}TriggerTimetable` };
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
