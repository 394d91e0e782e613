// How many runs a schedule has between its start date and now: by whole days, so it is some runs off at either end.

import { parseCron } from "../../runtime/dag/cron.ts";
import { isOnDay } from "../../runtime/dag/cron-calendar.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { findDateFault } from "./wall-clock-date.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** 0 for a DAG whose schedule or dates cannot be used. */
export function countRuns({ schedule, startDate, endDate }: DagModel, now: number): number {
  const start = momentOf(startDate);
  const end = Math.min(now, momentOf(endDate) ?? now);
  if (start === undefined || start >= end) return 0;
  if (schedule?.kind === "delta") return schedule.seconds > 0 ? Math.floor((end - start) / 1000 / schedule.seconds) : 0;
  if (schedule?.kind !== "cron") return 0;
  const cron = parseCron(schedule.expression);
  if (!cron.ok) return 0;
  let days = 0;
  for (let day = start; day < end; day += dayMs) if (isOnDay(cron.fields, new Date(day))) days++;
  return days * cron.fields.hours.length * cron.fields.minutes.length;
}

/** The zone is left out: it moves the moment by less than a day. */
function momentOf(date: string | null | undefined): number | undefined {
  if (date === null || date === undefined || findDateFault(date) !== undefined) return undefined;
  return Date.parse(`${date.length === 10 ? `${date}T00:00` : date}Z`);
}
