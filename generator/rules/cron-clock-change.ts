// A time of day that daylight saving skips in spring, or shows twice in autumn.

import { parseCron } from "../../runtime/dag/cron.ts";
import { type ClockChange, clockChangesOf } from "./clock-changes.ts";
import { type Finding, inDag, type Rule } from "./rule.ts";

export const cronClockChange: Rule = {
  code: "cron-clock-change",
  group: "convention",
  severity: "warning",
  summary: "no schedule falls into an hour that daylight saving skips or doubles",
  view: "dag",
  check: (dag) => {
    const { schedule } = dag.model;
    if (schedule?.kind !== "cron") return [];
    const parsed = parseCron(schedule.expression);
    // What runs in every hour runs in the hours beside it, too.
    if (!parsed.ok || parsed.fields.hours.length === 24) return [];
    const { fields } = parsed;
    const hit = clockChangesOf(schedule.timezone).flatMap((change) => {
      const fitsDay = fields.months.includes(change.month) && fitsDayOf(change, fields);
      const moment = fields.hours.flatMap((hour) => fields.minutes.map((minute) => hour * 60 + minute));
      const minute = fitsDay ? moment.find((at) => at >= change.fromMinute && at < change.toMinute) : undefined;
      return minute === undefined ? [] : [{ change, minute }];
    })[0];
    return hit === undefined ? [] : [finding(hit.change, hit.minute, inDag(dag, "schedule"))];
  },
};

type Fields = Extract<ReturnType<typeof parseCron>, { ok: true }>["fields"];

/** Cron's own rule: when both day fields are restricted, either one is enough. */
function fitsDayOf({ day, weekday }: ClockChange, fields: Fields): boolean {
  const fitsMonth = fields.daysOfMonth.includes(day);
  const fitsWeek = fields.daysOfWeek.includes(weekday);
  if (fields.isEveryDayOfMonth || fields.isEveryDayOfWeek) return fitsMonth && fitsWeek;
  return fitsMonth || fitsWeek;
}

function finding(
  { date, kind, timezone, fromMinute, toMinute }: ClockChange,
  minute: number,
  at: Finding["at"],
): Finding {
  const happens = kind === "skipped" ? "does not exist" : "comes twice";
  // Source: airflow/timetables/_cron.py, which makes a naive time aware with fold=1.
  const does = kind === "skipped" ? `runs ${toMinute - fromMinute} minutes later` : "runs at the second one";
  return {
    at,
    text: `${clockText(minute)} ${happens} on ${date} in ${timezone} (daylight saving): Airflow ${does}`,
    remedy: `choose a time outside ${clockText(fromMinute)} to ${clockText(toMinute)}, or use UTC`,
  };
}

function clockText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
