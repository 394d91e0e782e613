// Files of variables, as Airflow's `variables import` and `export` read and write them. Source: airflow/cli/commands/variable_command.py and
// airflow/secrets/local_filesystem.py of Airflow 3.3.

import { extname } from "node:path";
import type { JsonValue } from "../runtime/dag/json.ts";
import type { VariableRow } from "../runtime/store/variables.ts";
import { loadYaml } from "../runtime/yaml.ts";
import { parseJsonObject, readTextFile, toStoredJson, unreadable } from "./airflow-json.ts";
import type { Io } from "./command.ts";
import { isKeptNumber, keepNumber, parseExactly } from "./exact-json.ts";
import { checkVariable } from "./write-variables.ts";

/** @throws KnownError when it cannot be read, or holds what cannot be a variable. */
export function readVariableFile(file: string, io: Io): VariableRow[] {
  const entries = Object.entries(parseFile(file, io));
  return entries.map(([key, entry]) => checkVariable(toVariable(key, entry), file));
}

/** A text stays as it is; anything else is kept as JSON. An object with `value` brings a description along. */
function toVariable(key: string, entry: JsonValue): VariableRow {
  const isDescribed = typeof entry === "object" && entry !== null && !Array.isArray(entry) && "value" in entry;
  const value = isDescribed ? (entry["value"] as JsonValue) : entry;
  const description = isDescribed ? (entry["description"] ?? null) : null;
  return {
    key,
    value: typeof value === "string" && !isKeptNumber(value) ? value : toStoredJson(value),
    description: typeof description === "string" || description === null ? description : toStoredJson(description),
  };
}

export function toVariableFile(variables: readonly VariableRow[]): Record<string, JsonValue> {
  return Object.fromEntries(variables.map((variable) => [variable.key, toEntry(variable)]));
}

function toEntry({ value: text, description }: VariableRow): JsonValue {
  const value = findJson(text) ?? text;
  const isObjectWithValue = typeof value === "object" && !Array.isArray(value) && "value" in value;
  // Airflow 3.0 takes what is beside an empty value for a part of it: better no description than another value.
  const isDescribed = Boolean(description) && !isEmpty(value);
  return isDescribed || isObjectWithValue ? { value, description } : value;
}

/** What Airflow shows as JSON; undefined for a text. null would come back as a variable without a value. */
function findJson(text: string): Exclude<JsonValue, null> | undefined {
  try {
    const value = parseExactly(text);
    return (typeof value === "string" && !isKeptNumber(value)) || value === null ? undefined : value;
  } catch {
    return undefined;
  }
}

/** To Python. */
function isEmpty(value: Exclude<JsonValue, null>): boolean {
  if (isKeptNumber(value)) return /^\0-?[0.]+(e.*)?\0$/i.test(value as string);
  return typeof value === "object" ? Object.keys(value).length === 0 : !value;
}

function parseFile(file: string, io: Io): Readonly<Record<string, JsonValue>> {
  switch (extname(file).toLowerCase()) {
    case ".json":
      return parseJsonObject(readTextFile(file, io), file);
    case ".yaml":
    case ".yml":
      return parseYaml(readTextFile(file, io), file);
    case ".env":
      return parseLines(readTextFile(file, io), file);
    default:
      throw unreadable(file, "its name says nothing of its format", "Name it .env, .json, .yaml or .yml");
  }
}

/** As PyYAML reads it; what JSON does not have is refused, as there. */
function parseYaml(text: string, file: string): Record<string, JsonValue> {
  let value: unknown;
  try {
    value = loadYaml().parse(text, { version: "1.1", intAsBigInt: true });
  } catch (error) {
    throw unreadable(file, (error as Error).message.split("\n")[0]!);
  }
  const json = JSON.stringify(value, function (this: unknown, key: string, part: unknown) {
    const before = (this as Record<string, unknown>)[key];
    if (before instanceof Date) throw unreadable(file, `${key} is a date`, "Write it in quotes");
    if (typeof part !== "bigint") return part;
    return Number.isSafeInteger(Number(part)) ? Number(part) : keepNumber(String(part));
  });
  return parseJsonObject(json ?? "null", file);
}

/** `KEY=value`, as it stands there: quotes are part of the value. */
function parseLines(text: string, file: string): Record<string, JsonValue> {
  const found = new Map<string, string>();
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line === "" || /^\s*#/.test(line)) continue;
    const [, key = "", value = ""] = /^([^=]*)=(.*)$/.exec(line) ?? [];
    const where = `${file}:${index + 1}`;
    if (key === "" || value === "") throw unreadable(where, "the line is no KEY=value", "Write KEY=value");
    if (found.has(key)) throw unreadable(where, `${key} is there twice`, "Remove one of the two");
    found.set(key, value);
  }
  return Object.fromEntries(found);
}
