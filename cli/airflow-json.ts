// JSON files as Airflow's exports write them (Python's json.dumps with indent=4, sort_keys and ensure_ascii): so that Airflow reads them
// whatever its locale is, and a diff of two exports shows what has changed.

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { JsonValue } from "../runtime/dag/json.ts";
import { KnownError } from "../runtime/errors.ts";
import { explainFileErrors } from "../runtime/file-errors.ts";
import type { Io } from "./command.ts";
import { parseExactly, printExactly } from "./exact-json.ts";

/** On stdout for `-` and `/dev/stdout`; returns whether it was. Others than its owner may not read a new file: secrets may be in it. */
export function writeJsonFile(file: string, value: Readonly<Record<string, JsonValue>>, io: Io): boolean {
  const text = toAscii(printExactly(sorted(value), 4));
  if (file === "-" || file === "/dev/stdout") {
    io.stdout(text);
    return true;
  }
  const path = resolve(io.workingDirectory, file);
  explainFileErrors("the file cannot be written", path, () => writeFileSync(path, text, { mode: 0o600 }));
  return false;
}

export function readTextFile(file: string, { workingDirectory }: Io): string {
  const path = resolve(workingDirectory, file);
  const text = explainFileErrors("the file cannot be read", path, () => readFileSync(path, "utf8"));
  if (text.trim() !== "") return text;
  throw unreadable(file, "it is empty");
}

/** @throws KnownError unless it is a JSON object. */
export function parseJsonObject(text: string, file: string): Record<string, JsonValue> {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    // What the parser quotes may be a password.
    throw unreadable(file, "it is not JSON", "Check quotes, commas and braces, e.g. with jq . FILE");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable(file, "it is no object");
  return value as Record<string, JsonValue>;
}

export function unreadable(file: string, found: string, remedy = "Write it as an export does"): KnownError {
  return new KnownError({ what: "the file cannot be read", where: file, found, remedy, isRetryable: false });
}

/** As json.dumps writes a value that is stored as a variable. */
export function toStoredJson(value: JsonValue): string {
  return toAscii(printExactly(value, 2));
}

function toAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part: JsonValue) => sorted(part));
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part as JsonValue)]));
}
