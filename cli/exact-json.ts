// JSON whose numbers stay as they are written, as Python's do: 12345678901234567890 and 1.0, which a number here is not. While they are
// values such numbers are texts between two NULs.

import type { JsonValue } from "../runtime/dag/json.ts";

const textOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const kept = /"\\u0000(-?\d[\d.eE+-]*)\\u0000"/g;

/** @throws SyntaxError when it is no JSON. */
export function parseExactly(text: string): JsonValue {
  JSON.parse(text);
  const keep = (token: string) => (isText(token) || isSame(token) ? token : JSON.stringify(keepNumber(token)));
  return JSON.parse(text.replaceAll(textOrNumber, keep)) as JsonValue;
}

/** @param indent spaces for each level. */
export function printExactly(value: JsonValue, indent: number): string {
  return JSON.stringify(value, null, indent).replaceAll(kept, "$1");
}

/** As a value. */
export function keepNumber(token: string): string {
  return `\0${token}\0`;
}

export function isKeptNumber(value: JsonValue): boolean {
  return typeof value === "string" && value.startsWith("\0");
}

function isText(token: string): boolean {
  return token.startsWith('"');
}

function isSame(token: string): boolean {
  return String(Number(token)) === token;
}
