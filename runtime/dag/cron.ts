// Five-field cron as croniter (Airflow's parser) reads it, strictly: what croniter refuses, or reads otherwise than most people
// expect, is refused here with the reason. Pure; the result feeds both the lint rule and the scheduler.

import { suggest } from "../did-you-mean.ts";
import { cronPresets, schedulePresets } from "./schedule.ts";

/** The moments that an expression allows: each list ascending. Sunday is 0. */
export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
  /** Written as a star. When both days are restricted, a day that matches either one counts. */
  readonly isEveryDayOfMonth: boolean;
  readonly isEveryDayOfWeek: boolean;
}

export interface CronProblem {
  readonly text: string;
  readonly remedy: string;
}

export type CronResult =
  | { readonly ok: true; readonly fields: CronFields }
  | { readonly ok: false; readonly problem: CronProblem };

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly words: readonly string[];
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const fieldTable = [
  { name: "minute", first: 0, last: 59, words: [] },
  { name: "hour", first: 0, last: 23, words: [] },
  { name: "day of month", first: 1, last: 31, words: [] },
  { name: "month", first: 1, last: 12, words: monthNames },
  { name: "day of week", first: 0, last: 7, words: dayNames },
] as const satisfies readonly Field[];
const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

let last: { readonly expression: string; readonly result: CronResult } | undefined;

/** Reads a preset or an expression of five fields. The last result is kept: whoever asks, asks several times for one DAG. */
export function parseCron(expression: string): CronResult {
  if (last?.expression !== expression) last = { expression, result: parse(expression) };
  return last.result;
}

function parse(expression: string): CronResult {
  const text = (cronPresets as Record<string, string>)[expression] ?? expression.trim();
  if (text.startsWith("@")) return refuse(`unknown preset ${quote(text)}`, suggestPreset(text));
  const parts = text === "" ? [] : text.split(/\s+/);
  if (parts.length !== fieldTable.length) return refuse(...wrongCount(text, parts.length));
  const values: number[][] = [];
  for (const [index, field] of fieldTable.entries()) {
    const parsed = parseField(parts[index]!, field);
    if (!Array.isArray(parsed)) return { ok: false, problem: parsed };
    values.push(parsed);
  }
  const [minutes, hours, daysOfMonth, months, weekdays] = values as [number[], number[], number[], number[], number[]];
  const fields: CronFields = {
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek: ascending(weekdays.map((day) => day % 7)),
    // A field that names every day counts as a star beside a field with a star in it: croniter's rule.
    isEveryDayOfMonth: parts[2] === "*" || (daysOfMonth.length === 31 && parts[4]!.includes("*")),
    isEveryDayOfWeek:
      parts[4] === "*" || (new Set(weekdays.map((day) => day % 7)).size === 7 && parts[2]!.includes("*")),
  };
  if (fields.isEveryDayOfWeek && !months.some((month) => daysOfMonth[0]! <= longestMonths[month - 1]!)) {
    return refuse(
      `${quote(text)} never happens: no such month has a day ${daysOfMonth[0]}`,
      "correct the day or the month",
    );
  }
  return { ok: true, fields };
}

function parseField(text: string, field: Field): number[] | CronProblem {
  const values = new Set<number>();
  const items = text.split(",");
  if (items.length > 1 && items.includes("*")) {
    return { text: `${quote(text)} in the ${field.name} field has a star beside other values`, remedy: 'write "*"' };
  }
  for (const item of items) {
    const range = parseItem(item, field);
    if ("text" in range) return range;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return ascending([...values]);
}

type Range = { readonly from: number; readonly to: number; readonly step: number };

function parseItem(item: string, field: Field): Range | CronProblem {
  const [, base, step] = /^([^/]*)(?:\/(\d+))?$/.exec(item) ?? [];
  if (base === undefined || base === "") return problem(item, field);
  const bounds = parseBounds(base, field, step !== undefined);
  if ("text" in bounds) return bounds;
  const size = step === undefined ? 1 : Number(step);
  if (size >= 1 && size <= field.last) return { ...bounds, step: size };
  return {
    text: `the step of ${quote(item)} in the ${field.name} field is out of range`,
    remedy: `use a step from 1 to ${field.last}`,
  };
}

function parseBounds(base: string, field: Field, hasStep: boolean): Omit<Range, "step"> | CronProblem {
  // Not 7 for a star: Sunday would stand twice, and */2 would mean every day but one.
  const last = field.last === 7 ? 6 : field.last;
  if (base === "*") return { from: field.first, to: last };
  const ends = base.split("-").map((word) => parseValue(word, field));
  const [from, to = hasStep ? last : from] = ends;
  if (ends.length > 2 || ends.includes(undefined)) return problem(base, field);
  if (ends.length === 2 && from === to) {
    return {
      text: `the range ${quote(base)} in the ${field.name} field holds one value; Airflow reads it as every value`,
      remedy: `write ${from}`,
    };
  }
  if (from! <= to!) return { from: from!, to: to! };
  return {
    text: `the range ${quote(base)} in the ${field.name} field runs backwards`,
    remedy: "write it as two ranges with a comma between them",
  };
}

function parseValue(word: string, field: Field): number | undefined {
  const named = field.words.indexOf(word.toUpperCase());
  if (named >= 0) return named + field.first;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : -1;
  return value >= field.first && value <= field.last ? value : undefined;
}

function problem(found: string, field: Field): CronProblem {
  const text = `${quote(found)} is no value of the ${field.name} field`;
  const accepted = `use ${field.first}-${field.last}${field.words.length > 0 ? ` or ${field.words.join(", ")}` : ""}`;
  if (found.includes("?")) return { text: `${text}: "?" is Quartz, not cron`, remedy: 'write "*"' };
  if (/#/.test(found)) return { text: `${text}: the nth weekday of a month is not portable`, remedy: skipRemedy };
  if (/^L|L$|W$/i.test(found)) return { text: `${text}: last days are not portable`, remedy: skipRemedy };
  return { text, remedy: accepted };
}

const skipRemedy = "run on every day that could be meant, and let a short circuit task skip the others";

function wrongCount(text: string, count: number): [string, string] {
  const found = `${quote(text)} has ${count} fields`;
  if (count === 6) {
    return [
      `${found}: seconds are not supported, and Airflow reads a sixth field as seconds at the end, other tools at the front`,
      "write five fields: minute, hour, day of month, month, day of week; for less than a minute use { every: seconds }",
    ];
  }
  return [`${found}, not 5`, 'write minute, hour, day of month, month, day of week: "30 6 * * MON-FRI"'];
}

function suggestPreset(text: string): string {
  if (text === "@midnight") return "write @daily";
  if (text === "@annually") return "write @yearly";
  if (text === "@once" || text === "@continuous") return `write schedule: ${quote(text)}`;
  return suggest(text, schedulePresets);
}

function refuse(text: string, remedy: string): CronResult {
  return { ok: false, problem: { text, remedy } };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
