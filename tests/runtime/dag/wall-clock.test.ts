// What clocks show, and how often Intl is asked for it: that is what costs time where a thousand DAGs are asked.

import { afterAll, expect, test } from "vitest";
import { nextSlot, slotsBetween } from "../../../runtime/dag/timetable.ts";
import { momentOf, momentOfDate, wallClockAt } from "../../../runtime/dag/wall-clock.ts";

const made: string[] = [];
let readings = 0;
const Original = Intl.DateTimeFormat;

class Counted extends Original {
  constructor(locale: string, options: Intl.DateTimeFormatOptions) {
    super(locale, options);
    made.push(options.timeZone!);
  }
  override format(moment: number): string {
    readings++;
    return super.format(moment);
  }
}

Object.assign(Intl, { DateTimeFormat: Counted });
afterAll(() => Object.assign(Intl, { DateTimeFormat: Original }));

test.each([
  ["2026-03-29T02:30:00", "Europe/Vienna", "2026-03-29T01:30Z", "2026-03-29T03:30:00"],
  ["2026-10-25T02:30:00", "Europe/Vienna", "2026-10-25T01:30Z", "2026-10-25T02:30:00"],
  ["2026-04-05T01:45:00", "Australia/Lord_Howe", "2026-04-04T15:15Z", "2026-04-05T01:45:00"],
  ["2011-12-30T09:00:00", "Pacific/Apia", "2011-12-30T19:00Z", "2011-12-31T09:00:00"],
  ["2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15Z", "2026-01-01T00:00:00"],
])("%s in %s is %s", (date, timezone, moment, shown) => {
  expect(momentOfDate(date, timezone)).toBe(Date.parse(moment));
  expect(new Date(wallClockAt(Date.parse(moment), timezone)).toISOString().slice(0, 19)).toBe(shown);
});

test("a reading keeps its fraction of a second, before 1970 too", () => {
  expect(wallClockAt(-1.5, "Asia/Kolkata")).toBe(5.5 * 3_600_000 - 1.5);
  expect(momentOf(5.5 * 3_600_000 - 1.5, "Asia/Kolkata")).toBe(-1.5);
});

test("a thousand DAGs share one formatter for each zone, and few readings", () => {
  const timezones = ["Europe/Paris", "America/Chicago", "Asia/Jakarta"];
  const [madeBefore, readBefore] = [made.length, readings];
  const now = Date.parse("2026-11-21T12:00Z");
  for (let index = 0; index < 1000; index++) {
    const timezone = timezones[index % timezones.length]!;
    const expression = `${index % 60} ${index % 24} * * *`;
    const question = { startDate: Date.parse("2026-01-01T00:00Z"), endDate: null, catchup: false, last: null, now };
    nextSlot({ schedule: { kind: "cron", expression, timezone }, ...question });
  }
  expect(made.slice(madeBefore)).toEqual(timezones);
  expect(readings - readBefore).toBeLessThan(100);
});

test("ten thousand minutes are walked with few readings, over a clock change too", () => {
  const before = readings;
  const start = Date.parse("2026-10-20T00:00Z");
  const schedule = { kind: "cron", expression: "* * * * *", timezone: "Europe/Rome" } as const;
  const slots = [...slotsBetween(schedule, start, start + 9_999 * 60_000)];
  expect(slots).toHaveLength(10_000);
  expect(readings - before).toBeLessThan(50);
});
