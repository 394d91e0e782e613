// Next runs one after the other: rows to read, and what holds for every schedule, whatever Airflow says.

import { describe, expect, it, test } from "vitest";
import { cadenceOf, type PeriodicSchedule } from "../../../runtime/dag/cadence.ts";
import { type CronFields, parseCron } from "../../../runtime/dag/cron.ts";
import { isOnDay } from "../../../runtime/dag/cron-calendar.ts";
import { dagDates } from "../../../runtime/dag/dag-dates.ts";
import type { Schedule } from "../../../runtime/dag/schedule.ts";
import { nextSlot, type RunSlot, type SlotQuestion, slotsBetween } from "../../../runtime/dag/timetable.ts";
import { randomFrom } from "../../support/random.ts";
import { randomMoment, randomSchedule, timezones } from "../../support/random-timetable.ts";

const dayMs = 24 * 60 * 60 * 1000;

describe("slots of a backfill", () => {
  test.each<readonly [string, string, string, string, string[]]>([
    [
      "a time left out comes later",
      "30 2 * * *",
      "America/New_York",
      "2026-03-07T12:00Z/2026-03-09T12:00Z",
      ["03-08T07:30", "03-09T06:30"],
    ],
    [
      "of a time that is doubled the second counts",
      "30 1 * * *",
      "America/New_York",
      "2026-10-31T12:00Z/2026-11-02T12:00Z",
      ["11-01T06:30", "11-02T06:30"],
    ],
    [
      "every hour runs in both of a doubled hour",
      "0 * * * *",
      "Europe/Vienna",
      "2026-10-24T23:30Z/2026-10-25T02:00Z",
      ["10-25T00:00", "10-25T01:00", "10-25T02:00"],
    ],
    [
      "half an hour of summer time",
      "15 2 * * *",
      "Australia/Lord_Howe",
      "2026-10-02T20:00Z/2026-10-04T20:00Z",
      ["10-03T15:45", "10-04T15:15"],
    ],
    [
      "a day that was left out",
      "0 12 * * *",
      "Pacific/Apia",
      "2011-12-29T00:00Z/2011-12-31T23:00Z",
      ["12-29T22:00", "12-30T22:00", "12-31T22:00"],
    ],
    [
      "a day that only leap years have",
      "0 0 29 2 *",
      "UTC",
      "2096-01-01T00:00Z/2104-12-31T00:00Z",
      ["02-29T00:00", "02-29T00:00"],
    ],
    [
      "either of both days",
      "0 0 13 * FRI",
      "UTC",
      "2026-02-10T00:00Z/2026-02-20T00:00Z",
      ["02-13T00:00", "02-20T00:00"],
    ],
    [
      "quarters of an hour of offset",
      "0 6 * * *",
      "Asia/Kathmandu",
      "2026-01-01T00:15Z/2026-01-02T00:15Z",
      ["01-01T00:15", "01-02T00:15"],
    ],
  ])("%s", (_, expression, timezone, between, expected) => {
    const [earliest, latest] = between.split("/").map(Date.parse) as [number, number];
    const slots = [...slotsBetween({ kind: "cron", expression, timezone }, earliest, latest)];
    expect(slots.map(({ runAfter }) => new Date(runAfter).toISOString().slice(5, 16))).toEqual(expected);
  });

  it("stand for the time before them with data intervals", () => {
    const schedule = { kind: "cron", expression: "0 0 * * *", timezone: "Europe/Vienna", dataInterval: true } as const;
    const [slot] = slotsBetween(schedule, Date.parse("2026-03-28T23:00Z"), Date.parse("2026-03-29T12:00Z"));
    expect(inWords(slot!)).toEqual("2026-03-28T23:00 2026-03-28T23:00/2026-03-29T22:00 2026-03-29T22:00");
  });
});

describe("without catchup", () => {
  const daily = { kind: "cron", expression: "0 6 * * *", timezone: "UTC" } as const;
  test.each<readonly [string, Partial<SlotQuestion>, string | null]>([
    [
      "the first run is the newest one since the start date",
      { startDate: at("2020-01-01T00:00Z") },
      "2026-05-10T06:00",
    ],
    ["a start date in the future is waited for", { startDate: at("2027-01-01T07:00Z") }, "2027-01-02T06:00"],
    ["without a start date the first run is the next one", {}, "2026-05-11T06:00"],
    ["unless one has just passed", { now: at("2026-05-10T06:05Z") }, "2026-05-10T06:00"],
    ["a tenth of the time between two is just passed", { now: at("2026-05-10T08:24Z") }, "2026-05-10T06:00"],
    ["more than a tenth is not", { now: at("2026-05-10T08:25Z") }, "2026-05-11T06:00"],
    [
      "a start date that was put off is waited for",
      { startDate: at("2027-01-01T07:00Z"), last: exactly("2026-05-10T06:00Z") },
      "2027-01-02T06:00",
    ],
    ["after a long sleep the newest run alone is due", { last: exactly("2025-01-01T06:00Z") }, "2026-05-10T06:00"],
    ["when it has been, the next one follows", { last: exactly("2026-05-10T06:00Z") }, "2026-05-11T06:00"],
    ["a clock that was put back repeats none", { last: exactly("2026-06-01T06:00Z") }, "2026-06-02T06:00"],
    [
      "the end date counts",
      { last: exactly("2026-05-10T06:00Z"), endDate: at("2026-05-11T06:00Z") },
      "2026-05-11T06:00",
    ],
    ["nothing comes after it", { last: exactly("2026-05-10T06:00Z"), endDate: at("2026-05-11T05:59Z") }, null],
  ])("%s", (_, changed, expected) => {
    const asked = {
      schedule: daily,
      startDate: null,
      endDate: null,
      catchup: false,
      last: null,
      now: at("2026-05-10T12:00Z"),
    };
    const slot = nextSlot({ ...asked, ...changed });
    expect(slot === null ? null : new Date(slot.runAfter).toISOString().slice(0, 16)).toBe(expected);
  });
});

describe("with data intervals", () => {
  const daily = { kind: "cron", expression: "0 6 * * *", timezone: "UTC", dataInterval: true } as const;
  test.each<readonly [string, Schedule, Partial<SlotQuestion>, string]>([
    ["the first run is of the newest whole one", daily, {}, "05-09T06:00/05-10T06:00"],
    ["one that ends now is whole", daily, { now: at("2026-05-10T06:00Z") }, "05-09T06:00/05-10T06:00"],
    ["none begins before the start date", daily, { startDate: at("2026-05-10T07:00Z") }, "05-11T06:00/05-12T06:00"],
    [
      "a schedule that was changed begins where it has a moment",
      daily,
      { catchup: true, last: { start: at("2026-03-04T12:00Z"), end: at("2026-03-05T12:00Z") } },
      "03-05T06:00/03-06T06:00",
    ],
    [
      "a run that there was is passed over",
      daily,
      { catchup: true, last: exactly("2026-03-05T12:00Z") },
      "03-06T06:00/03-07T06:00",
    ],
    [
      "of a duration the newest one since 1970",
      { kind: "delta", seconds: 86_400, dataInterval: true },
      {},
      "05-09T00:00/05-10T00:00",
    ],
  ])("%s", (_, schedule, changed, expected) => {
    const asked = {
      schedule,
      startDate: null,
      endDate: null,
      catchup: false,
      last: null,
      now: at("2026-05-10T12:00Z"),
    };
    const { dataInterval } = nextSlot({ ...asked, ...changed })!;
    const [start, end] = [dataInterval.start, dataInterval.end].map((moment) =>
      new Date(moment).toISOString().slice(5, 16),
    );
    expect(`${start}/${end}`).toBe(expected);
  });
});

test("the dates of a DAG are readings of its zone's clock, where one that is left out comes later", () => {
  const dates = dagDates({ startDate: "2026-03-29T02:30", endDate: "2026-10-25", timezone: "Europe/Vienna" });
  expect(dates).toEqual({ startDate: at("2026-03-29T01:30Z"), endDate: at("2026-10-24T22:00Z") });
  expect(dagDates({ startDate: null, timezone: "UTC" })).toEqual({ startDate: null, endDate: null });
});

test("a duration of a fraction of a second keeps its fraction", () => {
  const slots = slotsBetween({ kind: "delta", seconds: 0.3 }, 0, 900);
  expect([...slots].map(({ runAfter }) => runAfter)).toEqual([0, 300, 600, 900]);
});

describe("of any schedule", () => {
  const random = randomFrom(7);
  const walks: { schedule: PeriodicSchedule; start: number; timezone: string }[] = [];
  while (walks.length < 600) {
    const timezone = random.pick(timezones);
    const schedule = randomSchedule(random, timezone);
    if (schedule?.kind !== "cron" && schedule?.kind !== "delta") continue;
    walks.push({ schedule, start: randomMoment(random, timezone), timezone });
  }
  const steady = walks.filter(({ schedule }) => !isOfSomeHoursOnly(schedule));

  it("with catchup has no run twice, and asked again gives the same", () => {
    for (const { schedule, start } of walks) {
      let last: RunSlot | null = null;
      for (let count = 0; count < 40; count++) {
        const question = { schedule, startDate: start, endDate: null, catchup: true, last: last?.dataInterval ?? null };
        const slot = nextSlot({ ...question, now: start });
        expect(nextSlot({ ...question, now: start + 999 * dayMs }), "whatever the clock says").toEqual(slot);
        if (slot === null) break;
        if (last !== null) expect(slot.logicalDate, JSON.stringify(question)).toBeGreaterThan(last.logicalDate);
        expect(slot.runAfter).toBeGreaterThanOrEqual(slot.logicalDate);
        last = slot;
      }
    }
  });

  it("with data intervals leaves no time out", () => {
    for (const { schedule, start } of steady.filter(({ schedule }) => schedule.dataInterval)) {
      const slots = first(40, slotsBetween(schedule, start, Number.POSITIVE_INFINITY));
      const ends = slots.slice(0, -1).map(({ dataInterval }) => dataInterval.end);
      expect(
        slots.slice(1).map(({ dataInterval }) => dataInterval.start),
        JSON.stringify(schedule),
      ).toEqual(ends);
    }
  });

  it("in UTC has every minute that its fields allow, and no other", () => {
    for (const { schedule: found, start } of walks) {
      if (found.kind !== "cron") continue;
      const { fields } = parseCron(found.expression) as { fields: CronFields };
      const schedule = { kind: "cron", expression: found.expression, timezone: "UTC" } as const;
      const from = Math.ceil(cadenceOf(schedule).next(start) / 60_000) * 60_000 - dayMs;
      const allowed: number[] = [];
      for (let minute = from; minute <= from + 2.5 * dayMs; minute += 60_000) {
        const date = new Date(minute);
        const isTime = fields.minutes.includes(date.getUTCMinutes()) && fields.hours.includes(date.getUTCHours());
        if (isTime && isOnDay(fields, date)) allowed.push(minute);
      }
      const slots = [...slotsBetween(schedule, from, from + 2.5 * dayMs)];
      expect(
        slots.map(({ logicalDate }) => logicalDate),
        found.expression,
      ).toEqual(allowed);
    }
  });

  it("never names a run of before when the clock was put back", () => {
    for (const { schedule, start } of walks) {
      const last = first(3, slotsBetween(schedule, start, Number.POSITIVE_INFINITY)).at(-1)?.dataInterval;
      if (last === undefined) continue;
      for (const catchup of [true, false]) {
        const question = { schedule, startDate: start, endDate: null, catchup, last, now: start - 100 * dayMs };
        const slot = nextSlot(question);
        if (slot !== null) expect(slot.logicalDate, JSON.stringify(question)).toBeGreaterThan(last.start);
      }
    }
  });

  it("without catchup has one run after a sleep, and then waits", () => {
    for (const { schedule, start } of steady) {
      const [before] = slotsBetween(schedule, start, Number.POSITIVE_INFINITY);
      const now = start + 800 * dayMs;
      const question = { schedule, startDate: start, endDate: null, catchup: false, now };
      const due = nextSlot({ ...question, last: before!.dataInterval })!;
      const following = nextSlot({ ...question, last: due.dataInterval })!;
      expect(following.runAfter, JSON.stringify({ ...question, due })).toBeGreaterThan(now);
    }
  });
});

/** Over a clock change Airflow counts such a schedule wrongly, and so does this: see the known differences beside. */
function isOfSomeHoursOnly(schedule: Schedule): boolean {
  if (schedule.kind === "delta") return schedule.seconds > 1e9;
  const cron = schedule.kind === "cron" ? parseCron(schedule.expression) : undefined;
  return cron?.ok === true && cron.fields.hours.length === 24;
}

function first<T>(limit: number, items: Iterable<T>): T[] {
  const found: T[] = [];
  for (const item of items) if (found.push(item) === limit) break;
  return found;
}

function inWords({ logicalDate, dataInterval, runAfter }: RunSlot): string {
  const [logical, start, end, after] = [logicalDate, dataInterval.start, dataInterval.end, runAfter].map((moment) =>
    new Date(moment).toISOString().slice(0, 16),
  );
  return `${logical} ${start}/${end} ${after}`;
}

function at(text: string): number {
  return Date.parse(text);
}

function exactly(text: string): { start: number; end: number } {
  return { start: at(text), end: at(text) };
}
