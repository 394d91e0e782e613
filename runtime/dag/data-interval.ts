// The data interval of a run that is started by hand. Source: airflow/timetables/interval.py and trigger.py
// (infer_manual_data_interval), airflow/timetables/_cron.py, of Airflow 3.0.6 and 3.3.2, which agree.

import { type CronFields, parseCron } from "./cron.ts";
import type { Schedule } from "./schedule.ts";
import { momentOf, wallClockAt } from "./wall-clock.ts";

/** Milliseconds since 1970. */
export interface DataInterval {
  readonly start: number;
  readonly end: number;
}

/** Of zero length, unless the schedule is one of data intervals: then the last whole one before the logical date. */
export function manualDataInterval(schedule: Schedule | null, logicalDate: number): DataInterval {
  const exact = { start: logicalDate, end: logicalDate };
  if (schedule?.kind !== "cron" && schedule?.kind !== "delta") return exact;
  if (schedule.dataInterval !== true) return exact;
  if (schedule.kind === "delta") return { start: logicalDate - schedule.seconds * 1000, end: logicalDate };
  const cron = parseCron(schedule.expression);
  if (!cron.ok) throw new Error(`the schedule was not checked: ${cron.problem.text}`);
  const clock = { fields: cron.fields, timezone: schedule.timezone };
  const previous = step(clock, logicalDate, -1);
  const end = step(clock, previous, 1) === logicalDate ? logicalDate : previous;
  return { start: step(clock, end, -1), end };
}

interface Clock {
  readonly fields: CronFields;
  readonly timezone: string;
}

/** The nearest scheduled moment after or before. In a schedule of every hour both of a doubled hour count. */
function step({ fields, timezone }: Clock, moment: number, direction: 1 | -1): number {
  const wallClock = wallClockAt(moment, timezone);
  const found = nearest(fields, wallClock, direction);
  return fields.hours.length === 24 ? moment + (found - wallClock) : momentOf(found, timezone);
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** From one 29 February to the next, over a year 2100. */
const longestGapDays = 8 * 366;

/** The nearest reading of a wall clock that an expression allows, strictly after or before. */
function nearest(fields: CronFields, wallClock: number, direction: 1 | -1): number {
  const times = fields.hours.flatMap((hour) => fields.minutes.map((minute) => (hour * 60 + minute) * minuteMs));
  const ordered = direction === 1 ? times : times.toReversed();
  const firstDay = Math.floor(wallClock / dayMs) * dayMs;
  for (let days = 0; days <= longestGapDays; days++) {
    const day = firstDay + direction * days * dayMs;
    if (!isOnDay(fields, new Date(day))) continue;
    const time = ordered.find((time) => (day + time - wallClock) * direction > 0);
    if (time !== undefined) return day + time;
  }
  throw new Error("the schedule never happens");
}

/** Whether it runs on the day of that reading of a wall clock. */
export function isOnDay(fields: CronFields, day: Date): boolean {
  if (!fields.months.includes(day.getUTCMonth() + 1)) return false;
  const isDayOfMonth = fields.daysOfMonth.includes(day.getUTCDate());
  const isDayOfWeek = fields.daysOfWeek.includes(day.getUTCDay());
  if (fields.isEveryDayOfMonth) return isDayOfWeek;
  return fields.isEveryDayOfWeek ? isDayOfMonth : isDayOfMonth || isDayOfWeek;
}
