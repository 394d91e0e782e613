// What an option's value must be: each demand says nothing, or what is wrong with the value.

import type { Finding, Spot } from "./rule.ts";

export type Demand = (value: unknown) => { readonly text: string; readonly remedy: string } | undefined;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** A year: a longer delay is a mistake in the unit. */
const longestSeconds = 366 * 24 * 60 * 60;

export const demands = {
  text: demand((value) => typeof value === "string", "is not a string", "write it in quotes"),
  flag: demand((value) => typeof value === "boolean", "is not true or false", "write true or false"),
  count: demand(
    (value) => Number.isInteger(value) && (value as number) >= 0,
    "is not a whole number from 0",
    "write a whole number, 0 or more",
  ),
  positiveCount: demand(
    (value) => Number.isInteger(value) && (value as number) >= 1,
    "is not a whole number from 1",
    "write a whole number, 1 or more",
  ),
  seconds: demand(
    (value) => isNumber(value) && value >= 0 && value <= longestSeconds,
    "is not a number of seconds from 0 to a year",
    "write seconds: 300 for five minutes",
  ),
  positiveSeconds: demand(
    (value) => isNumber(value) && value > 0 && value <= longestSeconds,
    "is not a number of seconds above 0, up to a year",
    "write seconds: 3600 for an hour",
  ),
  /** Source: airflow.models.dag (TAG_MAX_LEN). */
  tag: demand(
    (value) => typeof value === "string" && value.trim() !== "" && value.length <= 100,
    "is empty or longer than 100 characters",
    "use 1 to 100 characters",
  ),
} as const;

/** Checks the fields of an object that are set: `null` in a model means not set. */
export function checkValues(
  values: object,
  wanted: Readonly<Record<string, Demand>>,
  spotOf: (name: string) => Spot,
): Finding[] {
  return Object.entries(wanted).flatMap(([name, check]) => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    const reason = value === null ? undefined : check(value);
    return reason
      ? [{ at: spotOf(name), text: `${name} ${JSON.stringify(value)} ${reason.text}`, remedy: reason.remedy }]
      : [];
  });
}

function demand(isMet: (value: unknown) => boolean, text: string, remedy: string): Demand {
  return (value) => (isMet(value) ? undefined : { text, remedy });
}
