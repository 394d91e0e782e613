// What an option's value must be: each demand says nothing, or what is wrong with the value.

import { show } from "../../runtime/dag/shapes.ts";
import { type WeightRule, weightBounds, weightRules } from "../../runtime/dag/weight-rules.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import type { Spot } from "../load/loaded.ts";
import type { Finding } from "./rule.ts";

export type Demand = (value: unknown) => { readonly text: string; readonly remedy: string } | undefined;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** A year: a longer delay is a mistake in the unit. */
const longestSeconds = 366 * 24 * 60 * 60;

export const demands = {
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
  /** Airflow cuts what is greater or less, without a word. */
  weight: demand(
    (value) =>
      Number.isInteger(value) && (value as number) >= weightBounds.least && (value as number) <= weightBounds.greatest,
    "is not a whole number of 32 bits",
    "write a whole number; greater ones start first",
  ),
  weightRule: ((value) =>
    weightRules.includes(value as WeightRule)
      ? undefined
      : { text: "does not exist", remedy: suggest(String(value), weightRules) }) satisfies Demand,
  /** Source: airflow.models.dag (DagOwnerAttributes.owner). */
  owner: demand(
    (value) => (value as string).trim() !== "" && (value as string).length <= 500,
    "is empty or longer than 500 characters",
    "use 1 to 500 characters, or leave it out",
  ),
  /** Linux refuses an argument of 128 KiB, with the NUL that ends it, before bash is there. */
  command: demand(
    (value) => Buffer.byteLength(value as string) < 128 * 1024,
    "is longer than 131,071 bytes, which is all that Linux hands to a program",
    "put the script into a file and start that",
  ),
  /** Of a pool or a queue. Source: airflow.models.taskinstance (pool, queue). */
  name: demand(
    (value) => (value as string).trim() !== "" && (value as string).length <= 256,
    "is empty or longer than 256 characters",
    "use 1 to 256 characters",
  ),
  /** Source: airflow.models.dag (dag_display_name), airflow.models.taskinstance (task_display_name). */
  displayName: demand(
    (value) => (value as string).trim() !== "" && (value as string).length <= 2000,
    "is empty or longer than 2000 characters",
    "use 1 to 2000 characters, or leave it out to show the id",
  ),
  /** Airflow's DAG opens a file of that name, where it finds one. Source: airflow.sdk.definitions.dag (_convert_doc_md). */
  dagDocMd: demand(
    (value) => !(value as string).endsWith(".md"),
    "ends in .md: Airflow would take it for the name of a file",
    'give the text itself: import { readFileSync } from "node:fs", or end it otherwise',
  ),
  /** Source: airflow.sdk.definitions.dag (_validate_owner_links), airflow.models.dag (DagOwnerAttributes.link). */
  link: demand(
    (value) => (value as string).length <= 500 && /^(mailto:[^?#]|[a-z][a-z0-9+.-]*:\/\/[^/?#])/i.test(value as string),
    "is no address that Airflow accepts",
    'write "https://…" or "mailto:…", at most 500 characters',
  ),
  /** Source: airflow.models.dag (TAG_MAX_LEN). */
  tag: demand(
    (value) => (value as string).trim() !== "" && (value as string).length <= 100,
    "is empty or longer than 100 characters",
    "use 1 to 100 characters",
  ),
  /** Source: airflow.models.connection (RE_SANITIZE_CONN_ID), airflow.models.base (ID_LEN). */
  connectionId: demand(
    (value) => /^[\p{L}\p{N}_#!()\-.:/\\]{1,250}$/u.test(value as string),
    "is no id that Airflow accepts",
    "use letters, digits, _ and the signs # ! ( ) - . : / \\, at least 1 and at most 250 characters",
  ),
  /** Source: airflow.models.variable (Variable.key); no name in an environment, which it travels in, has a = in it. */
  variableKey: demand(
    (value) => (value as string).length <= 250 && /^[^=\0]+$/.test(value as string),
    "is empty, longer than 250 characters, or has a = in it",
    "use 1 to 250 characters, none of them =",
  ),
} as const;

/** Checks the fields of an object that are set: `null` in a model means not set, as does a field that is missing. */
export function checkValues(
  values: object,
  wanted: Readonly<Record<string, Demand>>,
  spotOf: (name: string) => Spot,
): Finding[] {
  return Object.entries(wanted).flatMap(([name, check]) => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    const reason = value === null || value === undefined ? undefined : check(value);
    return reason ? [{ at: spotOf(name), text: `${name} ${show(value)} ${reason.text}`, remedy: reason.remedy }] : [];
  });
}

export function checkOne(
  kind: string,
  check: Demand,
  { value, at }: { readonly value: string; readonly at: Spot },
): Finding[] {
  const reason = check(value);
  return reason ? [{ at, text: `${kind} ${show(value)} ${reason.text}`, remedy: reason.remedy }] : [];
}

export function checkName(kind: string, name: string, at: Spot): Finding[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [];
  return [
    {
      at,
      text: `${kind} name ${JSON.stringify(name)} is not an identifier`,
      remedy: "use letters, digits and _, beginning with a letter or _",
    },
  ];
}

function demand(isMet: (value: unknown) => boolean, text: string, remedy: string): Demand {
  return (value) => (isMet(value) ? undefined : { text, remedy });
}
