// Which readings of a wall clock a cron expression allows: the nearest one, found field by field. No time zone comes in here.
// Source: croniter (_calc_next), for the expressions that parseCron accepts.

import type { CronFields } from "./cron.ts";

export type Direction = 1 | -1;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** From one 29 February to the next, over a year 2100. */
const longestGapDays = 8 * 366;

/** The nearest allowed reading, strictly after or before. */
export function nearestReading(fields: CronFields, wallClock: number, direction: Direction): number {
  const day = Math.floor(wallClock / dayMs);
  if (isOnDay(fields, new Date(day * dayMs))) {
    const minute = nearestMinute(fields, (wallClock - day * dayMs) / minuteMs, direction);
    if (minute !== undefined) return day * dayMs + minute * minuteMs;
  }
  const { hours, minutes } = fields;
  const minute = direction === 1 ? hours[0]! * 60 + minutes[0]! : hours.at(-1)! * 60 + minutes.at(-1)!;
  return nearestDay(fields, day, direction) * dayMs + minute * minuteMs;
}

/** Whether it runs on the day of that reading of a wall clock. */
export function isOnDay(fields: CronFields, day: Date): boolean {
  if (!fields.months.includes(day.getUTCMonth() + 1)) return false;
  const isDayOfMonth = fields.daysOfMonth.includes(day.getUTCDate());
  const isDayOfWeek = fields.daysOfWeek.includes(day.getUTCDay());
  if (fields.isEveryDayOfMonth) return isDayOfWeek;
  return fields.isEveryDayOfWeek ? isDayOfMonth : isDayOfMonth || isDayOfWeek;
}

/** Minutes since midnight, of which `time` may have a fraction. Undefined when that day has none left. */
function nearestMinute({ hours, minutes }: CronFields, time: number, direction: Direction): number | undefined {
  const first = direction === 1 ? Math.floor(time) + 1 : Math.ceil(time) - 1;
  const hour = Math.floor(first / 60);
  const minute = hours.includes(hour) ? nearest(minutes, first - hour * 60, direction) : undefined;
  if (minute !== undefined) return hour * 60 + minute;
  const nextHour = nearest(hours, hour + direction, direction);
  return nextHour === undefined ? undefined : nextHour * 60 + (direction === 1 ? minutes[0]! : minutes.at(-1)!);
}

/** The nearest value that is not before `limit`, or with -1 not after it. */
function nearest(ascending: readonly number[], limit: number, direction: Direction): number | undefined {
  return direction === 1 ? ascending.find((value) => value >= limit) : ascending.findLast((value) => value <= limit);
}

/** Days since 1970. A month that is not allowed is passed over as a whole. */
function nearestDay(fields: CronFields, from: number, direction: Direction): number {
  let day = from + direction;
  while (Math.abs(day - from) <= longestGapDays) {
    const date = new Date(day * dayMs);
    if (isOnDay(fields, date)) return day;
    if (fields.months.includes(date.getUTCMonth() + 1)) day += direction;
    else
      day =
        Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + (direction === 1 ? 1 : 0), direction === 1 ? 1 : 0) /
        dayMs;
  }
  throw new Error("the schedule never happens");
}
