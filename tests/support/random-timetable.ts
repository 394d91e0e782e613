// Chance questions about next runs, weighted to where timetables go wrong: clock changes, month ends, leap days, both day fields, dates
// that fall on a slot, last runs that do not, clocks that were put back.

import { cadenceOf, type PeriodicSchedule } from "../../runtime/dag/cadence.ts";
import { parseCron } from "../../runtime/dag/cron.ts";
import type { DataInterval } from "../../runtime/dag/data-interval.ts";
import type { Schedule } from "../../runtime/dag/schedule.ts";
import { wallClockAt } from "../../runtime/dag/wall-clock.ts";
import type { Random } from "./random.ts";

export interface Question {
  readonly now: number;
  readonly last: DataInterval | null;
  /** As authors write them. */
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly catchup: boolean;
}

/** With summer time of an hour, of half an hour, of two; at midnight; in the south; that is negative; offsets of quarters; new date lines. */
export const timezones = [
  "UTC",
  "Europe/Vienna",
  "Europe/London",
  "Europe/Dublin",
  "Europe/Moscow",
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "America/Santiago",
  "America/Caracas",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Australia/Eucla",
  "Pacific/Auckland",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Pacific/Fakaofo",
  "Pacific/Kiritimati",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Asia/Beirut",
  "Asia/Pyongyang",
  "Asia/Tokyo",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Antarctica/Troll",
  "Antarctica/Casey",
] as const;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const firstMoment = Date.UTC(1994, 0, 1);
const lastMoment = Date.UTC(2036, 0, 1);

/** Five fields, of which `parseCron` may refuse one. */
export function randomCron(random: Random): string {
  const number = (first: number, last: number) => String(first + random.integer(last - first + 1));
  const range = (first: number, last: number) => {
    const from = first + random.integer(last - first);
    return `${from}-${from + 1 + random.integer(last - from)}`;
  };
  const step = (last: number) => `/${random.pick([2, 3, 4, 5, 6, 7, 10, 15, 20, 30].filter((size) => size <= last))}`;
  const field = (first: number, last: number, favourites: readonly string[]) =>
    random.pick([
      () => random.pick(favourites),
      () => random.pick(favourites),
      () => number(first, last),
      () => `${number(first, last)},${number(first, last)}`,
      () => `${number(first, last)},${range(first, last)}`,
      () => range(first, last),
      () => `*${step(last)}`,
      () => `${range(first, last)}${step(last)}`,
      () => `${number(first, last)}${step(last)}`,
    ])();
  const starOr = (probability: number, other: () => string) => (random.chance(probability) ? "*" : other());
  return [
    starOr(0.1, () => field(0, 59, ["0", "30", "15,45", "*/20", "59"])),
    starOr(0.25, () => field(0, 23, ["0", "1", "2", "3", "2,3", "1-3", "0-23", "23", "*/2"])),
    starOr(0.5, () => field(1, 31, ["1", "13", "28-31", "29", "30", "31", "*/2", "1-31"])),
    starOr(0.7, () => field(1, 12, ["2", "3", "JAN", "mar-apr", "10,11", "*/3", "*/2"])),
    starOr(0.5, () => field(0, 7, ["SUN", "0", "7", "MON-FRI", "sat,sun", "0-6", "*/2", "5-7"])),
  ].join(" ");
}

/** Undefined for an expression that `parseCron` refuses. */
export function randomSchedule(random: Random, timezone: string): Schedule | undefined {
  const covering = random.chance(0.5) ? ({ dataInterval: true } as const) : {};
  if (random.chance(0.03)) return { kind: random.pick(["once", "continuous"]) };
  if (random.chance(0.08)) {
    const seconds = random.pick([
      0.25, 0.3, 1, 7.5, 59.999, 60, 900, 3600, 5000.1, 86_400, 86_400.5, 1e6, 31_556_952, 1e12,
    ]);
    return { kind: "delta", seconds, ...covering };
  }
  const expression = randomCron(random);
  return parseCron(expression).ok ? { kind: "cron", expression, timezone, ...covering } : undefined;
}

export function randomQuestion(random: Random, schedule: Schedule, timezone: string): Question {
  const now = randomMoment(random, timezone);
  return {
    now,
    last: random.chance(0.25) ? null : randomLast(random, schedule, timezone, now),
    startDate: random.chance(0.15) ? null : randomDate(random, schedule, timezone, now),
    endDate: random.chance(0.6) ? null : randomDate(random, schedule, timezone, now),
    catchup: random.chance(0.5),
  };
}

export interface Backfill {
  readonly startDate: string;
  readonly endDate: string | null;
  readonly catchup: boolean;
  readonly now: number;
  readonly earliest: number;
  readonly latest: number;
}

export function randomBackfill(random: Random, schedule: Schedule, timezone: string): Backfill {
  const { now, endDate, catchup } = randomQuestion(random, schedule, timezone);
  const earliest = randomMoment(random, timezone);
  const latest = earliest + Math.round(random.fraction() * random.pick([dayMs, 40 * dayMs, 3000 * dayMs]));
  const onSlot = random.chance(0.5) ? Math.max(earliest, slotNear(random, schedule, latest)) : latest;
  return { startDate: randomDate(random, schedule, timezone, now), endDate, catchup, now, earliest, latest: onSlot };
}

export function randomMoment(random: Random, timezone: string): number {
  const changes = clockChangesOf(timezone);
  const anywhere = firstMoment + random.integer(lastMoment - firstMoment);
  const year = 1996 + random.integer(39);
  const around = random.pick([
    anywhere,
    ...(changes.length === 0 ? [] : [random.pick(changes), random.pick(changes), random.pick(changes)]),
    Date.UTC(year, random.integer(12), 1),
    Date.UTC(year - (year % 4), 1, random.pick([28, 29, 30])),
  ]);
  const near = around + Math.round((random.fraction() - 0.5) * random.pick([0, 4, 4, 4, 52, 800]) * hourMs);
  return roundTo(near, random.pick([1, 1000, minuteMs, minuteMs, 10 * minuteMs, 15 * minuteMs, hourMs]));
}

/** When the clock of that zone is changed, ascending. */
function clockChangesOf(timezone: string): readonly number[] {
  const known = changesByZone.get(timezone) ?? findClockChanges(timezone);
  changesByZone.set(timezone, known);
  return known;
}

const changesByZone = new Map<string, readonly number[]>();

function findClockChanges(timezone: string): number[] {
  const offsetAt = (moment: number) => wallClockAt(moment, timezone) - moment;
  const changes: number[] = [];
  const stepMs = 5 * dayMs;
  for (let start = firstMoment; start < lastMoment; start += stepMs) {
    let [before, after] = [start, start + stepMs];
    if (offsetAt(before) === offsetAt(after)) continue;
    while (after - before > minuteMs) {
      const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
      if (offsetAt(middle) === offsetAt(before)) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

/** On a slot or beside it, short before now or long, and now and then after it, as if the clock had been put back. */
function randomLast(random: Random, schedule: Schedule, timezone: string, now: number): DataInterval {
  const past = random.chance(0.4)
    ? randomMoment(random, timezone)
    : now - roundTo(Math.round(random.fraction() * random.pick([hourMs, dayMs, 40 * dayMs, 800 * dayMs])), minuteMs);
  const around = random.chance(0.1) ? 2 * now - past : past;
  const end = random.chance(0.7) ? slotNear(random, schedule, around) : around;
  const lengths = [0, hourMs, dayMs, 31 * dayMs];
  const start =
    random.chance(0.5) && hasSlotsNear(schedule) ? cadenceOf(schedule).previous(end) : end - random.pick(lengths);
  return { start: Math.min(start, end), end };
}

function randomDate(random: Random, schedule: Schedule, timezone: string, now: number): string {
  const anywhere = random.pick([randomMoment(random, timezone), now + (random.fraction() - 0.8) * 90 * dayMs]);
  const wallClock = roundTo(
    wallClockAt(random.chance(0.5) ? slotNear(random, schedule, random.pick([now, anywhere])) : anywhere, timezone),
    random.pick([1000, 1000, 30 * minuteMs, dayMs]),
  );
  const text = new Date(wallClock).toISOString();
  return text.slice(11, 19) === "00:00:00" ? text.slice(0, 10) : text.slice(0, text.endsWith("00.000Z") ? 16 : 19);
}

function slotNear(random: Random, schedule: Schedule, moment: number): number {
  if (!hasSlotsNear(schedule)) return moment;
  const { next, previous, alignToNext } = cadenceOf(schedule);
  return random.pick([next, previous, alignToNext])(moment);
}

function hasSlotsNear(schedule: Schedule): schedule is PeriodicSchedule {
  return schedule.kind === "cron" || (schedule.kind === "delta" && schedule.seconds < 1e9);
}

function roundTo(value: number, unit: number): number {
  return Math.floor(value / unit) * unit;
}
