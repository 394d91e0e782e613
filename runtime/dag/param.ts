// A param with a schema: what a run may be triggered with, checked before anything runs, and a form on Airflow's page.

import { suggest } from "../did-you-mean.ts";
import type { JsonValue } from "./json.ts";
import { reportMistake, toMistakes } from "./mistake.ts";
import { type KnownOptions, readOptions } from "./options.ts";
import { findParamFault, paramFormats, paramTypes } from "./param-schema.ts";
import { type Param, type ParamSpec, paramBrand } from "./param-spec.ts";
import { callSiteOf } from "./registry.ts";
import { type Fault, json, listOf, number, oneOf, type Shape, show, text, wrong } from "./shapes.ts";

/**
 * A param whose values are checked, by Airflow and by `dags test`: `params: { limit: param({ type: "integer", minimum: 1, default: 10 }) }`.
 * Airflow's `Param`.
 */
export function param<const Spec extends ParamSpec>(spec: Spec & NoOthers<Spec>): Param<Spec> {
  const { sound, faults } = readOptions<ParamSpec>(spec, paramOptions);
  const all = faults.length > 0 ? faults : findInSpec(sound);
  const argument = { call: callSiteOf(param), index: 0, where: "param", name: "what it is given" };
  for (const mistake of toMistakes(argument, all)) reportMistake(mistake);
  return { [paramBrand]: all.length > 0 ? { default: null } : sound } as Param<Spec>;
}

/** A type parameter takes every key: these are refused. */
type NoOthers<Spec> = string extends keyof Spec
  ? unknown
  : Readonly<Record<Exclude<keyof Spec, keyof ParamSpec>, never>>;

const anyType = oneOf(paramTypes);
const typeOrTypes: Shape<NonNullable<ParamSpec["type"]>> = {
  findFaults: (value) =>
    (Array.isArray(value) ? listOf(anyType, "a list of types", 'write ["string", "null"]') : anyType).findFaults(value),
};
const values: Shape<readonly JsonValue[]> = listOf(json, "a list of values", "write [value]");
const count: Shape<number> = {
  findFaults: (value) =>
    Number.isInteger(value) && (value as number) >= 0
      ? []
      : wrong(value, "a whole number from 0", "write a whole number, 0 or more"),
};

const paramOptions: KnownOptions<ParamSpec> = {
  default: json,
  type: typeOrTypes,
  enum: values,
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  minLength: count,
  maxLength: count,
  pattern: { findFaults: findPatternFaults },
  format: oneOf(paramFormats),
  minItems: count,
  maxItems: count,
  title: text,
  description: text,
  section: text,
  examples: values,
};

/** What the two languages read otherwise, or one of them not at all: classes and names that begin with \\p, \\u, \\k or (?<. */
const ofOneLanguage = /\\[pPuck]|\(\?<[^=!]|\[\^?\]/;

function findPatternFaults(value: unknown): readonly Fault[] {
  if (typeof value !== "string") return text.findFaults(value);
  try {
    new RegExp(value, "u");
  } catch {
    return wrong(value, "a regular expression", 'write it as text: "^[a-z]+$"');
  }
  if (!ofOneLanguage.test(value)) return [];
  return wrong(value, "a pattern that Python reads alike", "use plain classes like [a-z] and groups without names");
}

function findInSpec({ default: value, ...schema }: ParamSpec): readonly Fault[] {
  const { enum: accepted, type } = schema;
  if (accepted?.length === 0)
    return [{ steps: ["enum"], problem: "is empty: no value is accepted", remedy: "name the values" }];
  if (Array.isArray(type) && type.length === 0) {
    return [{ steps: ["type"], problem: "is empty: no value is accepted", remedy: suggest("", paramTypes) }];
  }
  const fault = value === undefined ? undefined : findParamFault(value, schema);
  if (fault === undefined) return [];
  return [
    {
      steps: ["default"],
      problem: `${show(value)} ${fault}`,
      remedy: "correct the default, or what is demanded of it",
    },
  ];
}
