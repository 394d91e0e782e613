// What a function on MongoDB returned, as JSON: Extended JSON in its relaxed form, but for numbers that would lose digits, which keep their type's
// name, as in the canonical form. Cursors and other living things are refused with their path.

import { EJSON } from "../connections/mongo.ts";
import type { JsonValue } from "../dag/json.ts";
import { KnownError } from "../errors.ts";

/** Deeper than any document of MongoDB's, of which 100 is the limit. */
const maxDepth = 200;

/** @throws KnownError (not retryable) naming the path of what is no document. */
export function toRelaxedJson(value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  return EJSON.serialize({ value: exact(value, "$", 0) }, { relaxed: true })["value"] as JsonValue;
}

interface BsonValue {
  readonly _bsontype: string;
}

function exact(value: unknown, path: string, depth: number): unknown {
  if (typeof value === "bigint") return { $numberLong: String(value) };
  if (typeof value === "number") return isExact(value) ? value : { $numberDouble: String(value) };
  if (typeof value === "function" || typeof value === "symbol") throw notData(path, `a ${typeof value}`);
  if (typeof value !== "object" || value === null) return value;
  if (isBson(value)) return value._bsontype === "Long" ? exactLong(value) : value;
  if (value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value)) return value;
  if (depth > maxDepth) throw notData(path, `more than ${maxDepth} levels`);
  if (Array.isArray(value)) return value.map((part: unknown, index) => exact(part, `${path}[${index}]`, depth + 1));
  if (value instanceof Map) return exact(Object.fromEntries(value), path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notData(path, describe(value));
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, exact(part, `${path}.${key}`, depth + 1)]),
  );
}

/** JSON's readers take what looks like an integer for one, and lose digits of it from 2^53 on. */
function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21;
}

function exactLong(value: object): unknown {
  const text = String(value);
  return Number.isSafeInteger(Number(text)) ? Number(text) : { $numberLong: text };
}

function isBson(value: object): value is BsonValue {
  return typeof (value as Partial<BsonValue>)._bsontype === "string";
}

function describe(value: object): string {
  return "toArray" in value ? "a cursor" : `a ${value.constructor?.name ?? "object without a class"}`;
}

function notData(path: string, found: string): KnownError {
  return new KnownError({
    what: "the result is not a document",
    where: path === "$" ? "the returned value" : `the returned value, ${path}`,
    found,
    remedy: "Return documents, lists of them and plain values; of a cursor `await cursor.toArray()`",
    isRetryable: false,
  });
}
