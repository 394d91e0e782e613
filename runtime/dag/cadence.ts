// The moments that a schedule has, one after the other: what Airflow's cron and delta timetables share.
// Source: airflow/timetables/_cron.py (CronMixin) and _delta.py (DeltaMixin) of 3.0.6 and 3.3.2, which agree.

import { type CronFields, parseCron } from "./cron.ts";
import { type Direction, nearestReading } from "./cron-calendar.ts";
import type { Schedule } from "./schedule.ts";
import { momentOf, wallClockAt } from "./wall-clock.ts";

/** A schedule of which runs follow each other by the clock. Others have no backfills either. */
export type PeriodicSchedule = Extract<Schedule, { readonly kind: "cron" | "delta" }>;

/** Each function takes a moment and gives one. A duration has no moments of its own: every moment is aligned to it. */
export interface Cadence {
  /** Strictly after. */
  readonly next: (moment: number) => number;
  /** Strictly before. */
  readonly previous: (moment: number) => number;
  readonly alignToNext: (moment: number) => number;
  readonly alignToPrevious: (moment: number) => number;
}

export function cadenceOf(schedule: PeriodicSchedule): Cadence {
  return schedule.kind === "cron"
    ? cronCadence(schedule.expression, schedule.timezone)
    : deltaCadence(schedule.seconds);
}

function cronCadence(expression: string, timezone: string): Cadence {
  const cron = parseCron(expression);
  if (!cron.ok) throw new Error(`the schedule was not checked: ${cron.problem.text}`);
  const next = (moment: number) => step(cron.fields, timezone, moment, 1);
  const previous = (moment: number) => step(cron.fields, timezone, moment, -1);
  // Not to be simplified: about clock changes a moment can be its next one's previous one without being allowed itself, and the reverse.
  const alignToNext = (moment: number) => {
    const after = next(moment);
    return previous(after) === moment ? moment : after;
  };
  const alignToPrevious = (moment: number) => {
    const before = previous(moment);
    return next(before) === moment ? moment : before;
  };
  return { next, previous, alignToNext, alignToPrevious };
}

/** In a schedule of every hour both of a doubled hour count. */
function step(fields: CronFields, timezone: string, moment: number, direction: Direction): number {
  const wallClock = wallClockAt(moment, timezone);
  const found = nearestReading(fields, wallClock, direction);
  return fields.hours.length === 24 ? moment + (found - wallClock) : momentOf(found, timezone);
}

function deltaCadence(seconds: number): Cadence {
  return {
    next: (moment) => plusSeconds(moment, seconds),
    previous: (moment) => plusSeconds(moment, -seconds),
    alignToNext: (moment) => moment,
    alignToPrevious: (moment) => moment,
  };
}

/** To a microsecond, as Python counts. */
function plusSeconds(moment: number, seconds: number): number {
  return Math.round(moment * 1000 + Math.round(seconds * 1e6)) / 1000;
}

/** The multiple of a duration since 1970 that was last. In seconds with a fraction, as Airflow counts it. */
export function roundDown(moment: number, seconds: number): number {
  const at = moment / 1000;
  const delta = Math.round(seconds * 1e6) / 1e6;
  return Math.round((at - (((at % delta) + delta) % delta)) * 1e6) / 1000;
}
