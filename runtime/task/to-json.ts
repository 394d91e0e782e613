// A value as Airflow can carry it from task to task: plain JSON, or an error that names the place of what is not.

import type { JsonValue } from "../dag/json.ts";
import { KnownError } from "../errors.ts";

/** Deeper is a mistake, and would overflow the stack of whoever reads it. */
const maxDepth = 500;

/** @param path what the value is, for the error. @throws KnownError naming the path of what is not JSON. */
export function toJson(value: unknown, path: string, above: readonly object[] = []): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "object") throw notJson(path, describe(value));
  if (above.includes(value)) throw notJson(path, "a cycle: it holds itself");
  if (above.length >= maxDepth) throw notJson(path, `more than ${maxDepth} levels`);
  return objectToJson(value, path, [...above, value]);
}

function objectToJson(value: object, path: string, above: readonly object[]): JsonValue {
  if (Array.isArray(value)) return value.map((part, index) => toJson(part ?? null, `${path}[${index}]`, above));
  if (hasToJson(value)) return toJson(value.toJSON() ?? null, path, above);
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) throw notJson(path, describe(value));
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, toJson(part, `${path}.${key}`, above)]));
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function describe(value: unknown): string {
  if (typeof value === "function") return `function ${value.name || "without a name"}`;
  if (typeof value === "object") return value?.constructor?.name || "an object of a class without a name";
  return `${typeof value} ${String(value)}`;
}

function notJson(path: string, found: string): KnownError {
  return new KnownError({
    what: "an XCom is plain JSON",
    where: path,
    found,
    remedy: "Return strings, finite numbers, booleans, null, lists and plain objects",
    isRetryable: false,
  });
}
