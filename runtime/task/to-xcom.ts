// A value as Airflow can carry it from task to task, or an error that names the place of what it cannot: judged here, by the task itself,
// so that both worlds refuse the same. What is refused was tried on Airflow 3.0.6 and 3.3.2 and on PostgreSQL.

import type { JsonObject, JsonValue } from "../dag/json.ts";
import { KnownError, type Trouble } from "../errors.ts";

/**
 * As JSON in UTF-8. Airflow escapes what is not ASCII, which makes up to three times as much of it, and sends it to its database in one
 * statement: MySQL takes 64 MiB of that. SQLite and PostgreSQL take more.
 */
export const maxXComBytes = 16 * 2 ** 20;

/** Lists and objects in one another. MySQL refuses 100, the client of Airflow's API 200. */
export const maxXComDepth = 90;

/** The length of Airflow's column. */
const maxKeyLength = 512;

/**
 * @param what which XCom it is, for the error.
 * @throws KnownError, not to be repeated, naming the path of what Airflow does not carry.
 */
export function toXCom(value: unknown, what: string): JsonValue {
  const json = toJson(value, { what, path: "$", above: [] });
  const bytes = bytesOf(json);
  if (bytes <= maxXComBytes) return json;
  throw refusal({
    what: `an XCom has at most ${maxXComBytes.toLocaleString("en")} bytes`,
    where: what,
    found: `${bytes.toLocaleString("en")} bytes as JSON`,
    remedy: "Write it to a file or a table, and return where it is",
  });
}

/** The key stands in addresses of Airflow's API. @throws KnownError */
export function checkXComKey(key: string): string {
  if (/^(?!\.+$|__.*__$)[A-Za-z0-9_.-]+$/.test(key) && key.length <= maxKeyLength) return key;
  throw refusal({
    what: "an XCom's key cannot be used",
    found: key.length > maxKeyLength ? `${key.length} characters` : JSON.stringify(key),
    remedy: `Use letters, digits, _, - and ., at most ${maxKeyLength}, not between double underscores`,
  });
}

interface Place {
  readonly what: string;
  readonly path: string;
  readonly above: readonly object[];
}

function toJson(value: unknown, place: Place): JsonValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return checkNumber(value, place);
  if (typeof value === "string") return checkText(value, place, "a text");
  if (typeof value !== "object") throw notJson(describe(value), place);
  if (place.above.includes(value)) throw notJson("a cycle: it holds itself", place);
  if (place.above.length >= maxXComDepth) throw notJson(`more than ${maxXComDepth} levels`, place);
  const above = [...place.above, value];
  if (Array.isArray(value)) {
    return value.map((part, index) => toJson(part ?? null, { ...place, path: `${place.path}[${index}]`, above }));
  }
  if (hasToJson(value)) return toJson(value.toJSON() ?? null, { ...place, above });
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) throw notJson(describe(value), place);
  return objectToJson(value, { ...place, above });
}

function objectToJson(value: object, place: Place): JsonObject {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const keys = new Set(entries.map(([key]) => key));
  return Object.fromEntries(
    entries.map(([key, part]) => {
      const below = { ...place, path: place.path + step(key) };
      checkText(key, below, "a key");
      if (isReserved(key, keys)) throw notCarried(`the key ${key}, which Airflow keeps for objects of Python`, below);
      return [key, toJson(part, below)];
    }),
  );
}

/** Airflow would refuse the one, and make objects of its own of the other, when it is read. */
function isReserved(key: string, keys: ReadonlySet<string>): boolean {
  return key === "__classname__" || key === "__id__" || (key === "__type" && keys.has("__var"));
}

function checkNumber(value: number, place: Place): number {
  if (!Number.isFinite(value)) throw notJson(describe(value), place);
  // From 1e21 on JSON has an exponent, and everybody reads a rounded number as one.
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    throw notCarried(`${value}, an integer that a number of JavaScript does not hold exactly`, place);
  }
  return value;
}

/** Half a character is in no file; a NUL is in no text of PostgreSQL, where Airflow keeps its XComs. */
function checkText(text: string, place: Place, noun: string): string {
  if (!text.isWellFormed()) throw notCarried(`${noun} with a lone surrogate`, place);
  if (text.includes("\0")) throw notCarried(`${noun} with a NUL character`, place);
  return text;
}

const longestKey = 60;

function step(key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key.length <= longestKey) return `.${key}`;
  return `[${JSON.stringify(key.length <= longestKey ? key : `${key.slice(0, longestKey - 1)}…`)}]`;
}

/** More than a text of JavaScript can hold counts as endless. */
function bytesOf(value: JsonValue): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function describe(value: unknown): string {
  if (typeof value === "function") return `function ${value.name || "without a name"}`;
  if (typeof value === "object") return value?.constructor?.name || "an object of a class without a name";
  return `${typeof value} ${String(value)}`;
}

function notJson(found: string, place: Place): KnownError {
  const remedy = "Return strings, finite numbers, booleans, null, lists and plain objects";
  return refusal({ what: "an XCom is plain JSON", where: whereOf(place), found, remedy });
}

function notCarried(found: string, place: Place): KnownError {
  const remedy = "Return it in another form, such as a text: Base64, JSON or digits";
  return refusal({ what: "an XCom holds what Airflow does not carry", where: whereOf(place), found, remedy });
}

function whereOf({ what, path }: Place): string {
  return path === "$" ? what : `${what}, ${path}`;
}

function refusal(trouble: Trouble): KnownError {
  return new KnownError({ ...trouble, isRetryable: false });
}
