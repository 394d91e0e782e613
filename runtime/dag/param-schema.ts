// The part of JSON Schema that params may use, judged as Airflow judges it: Python's jsonschema with its format checker.
// Source: airflow.sdk.definitions.param (Param.resolve).

import { canonicalJson, type JsonObject, type JsonValue } from "./json.ts";

export const paramTypes = ["string", "integer", "number", "boolean", "array", "object", "null"] as const;
export type ParamType = (typeof paramTypes)[number];

/**
 * `multiline` is a larger field in Airflow's form, and checks nothing. `time` is left out: what it accepts depends on which Python
 * packages Airflow has beside it.
 */
export const paramFormats = ["date", "date-time", "multiline"] as const;
export type ParamFormat = (typeof paramFormats)[number];

/** What a value of a param must be. Words of JSON Schema; a word that does not go with the value's type says nothing about it. */
export interface ParamSchema {
  readonly type?: ParamType | readonly ParamType[];
  /** The values that are accepted. */
  readonly enum?: readonly JsonValue[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  /** In characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression that some part of a text must match; written so that JavaScript and Python read it alike. */
  readonly pattern?: string;
  readonly format?: ParamFormat;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What is wrong with a value: `is less than minimum 1`; undefined when nothing is. */
export function findParamFault(value: JsonValue, schema: ParamSchema): string | undefined {
  return [
    findTypeFault(value, schema),
    typeof value === "number" ? findNumberFault(value, schema) : undefined,
    typeof value === "string" ? findTextFault(value, schema) : undefined,
    Array.isArray(value) ? findLengthFault(value.length, schema.minItems, schema.maxItems, "items") : undefined,
  ].find((fault) => fault !== undefined);
}

function findTypeFault(value: JsonValue, { type, enum: accepted }: ParamSchema): string | undefined {
  const types = [type ?? []].flat();
  if (types.length > 0 && !types.some((one) => isOfType(value, one))) return `is not of type ${types.join(" or ")}`;
  if (accepted === undefined || accepted.some((one) => canonicalJson(one) === canonicalJson(value))) return undefined;
  return `is none of ${accepted.map((one) => JSON.stringify(one)).join(", ")}`;
}

function isOfType(value: JsonValue, type: ParamType): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "null":
      return value === null;
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return type satisfies never;
  }
}

function findNumberFault(value: number, schema: ParamSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) return `is less than minimum ${minimum}`;
  if (maximum !== undefined && value > maximum) return `is more than maximum ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `is not above ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `is not below ${exclusiveMaximum}`;
  return undefined;
}

function findTextFault(value: string, { minLength, maxLength, pattern, format }: ParamSchema): string | undefined {
  const length = findLengthFault([...value].length, minLength, maxLength, "characters");
  if (length !== undefined) return length;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) return `does not match pattern ${pattern}`;
  return format === undefined || isOfFormat(value, format) ? undefined : `is no ${format}`;
}

function findLengthFault(
  length: number,
  least: number | undefined,
  most: number | undefined,
  unit: string,
): string | undefined {
  if (least !== undefined && length < least) return `has ${length} ${unit}, fewer than ${least}`;
  return most !== undefined && length > most ? `has ${length} ${unit}, more than ${most}` : undefined;
}

const formats = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  "date-time": /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i,
  multiline: /(?:)/,
} as const;

function isOfFormat(value: string, format: ParamFormat): boolean {
  if (!formats[format].test(value)) return false;
  if (format === "multiline") return true;
  const day = value.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !day.startsWith("0000") && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** A schema as it stands in a model. */
export function asSchema(schema: JsonObject): ParamSchema {
  return schema as ParamSchema;
}
