// Values as Python source, laid out as ruff formats them: on one line where it fits, else one item a line with trailing commas.
// Every string goes through pythonString: the only way by which text of a user's enters generated Python.

import type { JsonValue } from "../../runtime/dag/json.ts";

/** ruff's and black's default. */
const lineWidth = 88;
const indentStep = "    ";

/** An expression: an atom, brackets around items, or a text that may stand on several lines. */
export type Expression =
  | string
  | { readonly open: string; readonly items: readonly Item[]; readonly close: string }
  | { readonly flat: string; readonly lines: readonly string[] };

/** One item between commas; `prefix` is `name=` or `"key": `. */
export interface Item {
  readonly prefix: string;
  readonly value: Expression;
}

/** A call with keyword arguments, in the given order; undefined ones are left out. */
export function call(name: string, args: Readonly<Record<string, Expression | undefined>>): Expression {
  const items = Object.entries(args).flatMap(([key, value]) =>
    value === undefined ? [] : [{ prefix: `${key}=`, value }],
  );
  return { open: `${name}(`, items, close: ")" };
}

/** A call with positional arguments. */
export function callOf(name: string, ...args: readonly Expression[]): Expression {
  return { open: `${name}(`, items: args.map((value) => ({ prefix: "", value })), close: ")" };
}

export function list(values: readonly Expression[]): Expression {
  return { open: "[", items: values.map((value) => ({ prefix: "", value })), close: "]" };
}

export function set(values: readonly Expression[]): Expression {
  if (values.length === 0) return "set()";
  return { open: "{", items: values.map((value) => ({ prefix: "", value })), close: "}" };
}

export function dict(entries: Readonly<Record<string, Expression>>): Expression {
  const items = Object.entries(entries).map(([key, value]) => ({ prefix: `${pythonString(key)}: `, value }));
  return { open: "{", items, close: "}" };
}

/** Any JSON value. */
export function literal(value: JsonValue): Expression {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "string") return pythonString(value);
  if (Array.isArray(value)) return list(value.map(literal));
  return dict(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, literal(part)])));
}

/** A value that may be missing: `null` in a model means not set. */
export function optional(value: JsonValue | undefined): Expression | undefined {
  return value === undefined || value === null ? undefined : literal(value);
}

/** Text of several lines: where it does not fit on one, each of its lines is a literal of its own, which Python joins. */
export function textBlock(text: string): Expression {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const flat = pythonString(text);
  return lines.length < 2 ? flat : { flat, lines: lines.map(pythonString) };
}

/**
 * A one-line string literal: what everybody reads the same stays, the rest is escaped. JSON's escapes are Python's, but for astral
 * characters, which Python wants as `\U…`.
 * Quotes as ruff prefers them: double, unless single ones need fewer escapes.
 * @throws Error for a lone surrogate: Python could hold it, but nothing could store it.
 */
export function pythonString(text: string): string {
  if (!text.isWellFormed()) throw new Error(`a lone surrogate in ${JSON.stringify(text)}`);
  const count = (wanted: string) => [...text].filter((character) => character === wanted).length;
  const quote = count('"') > count("'") ? "'" : '"';
  const escaped = [...text].map((character) => (character === quote ? `\\${quote}` : escapeCharacter(character)));
  return quote + escaped.join("") + quote;
}

/** `indent` is the column where the expression's line begins, `used` what stands before it on that line. */
export function layOut(expression: Expression, indent: string, used: number, after = 0): string {
  if (typeof expression === "string") return expression;
  const flat = flatten(expression);
  if (used + flat.length + after <= lineWidth) return flat;
  const inner = indent + indentStep;
  if ("lines" in expression) return `(\n${expression.lines.map((line) => `${inner}${line}\n`).join("")}${indent})`;
  if (expression.items.length === 0) return flat;
  const lines = expression.items.map(
    ({ prefix, value }) => `${inner}${prefix}${layOut(value, inner, inner.length + prefix.length, 1)},\n`,
  );
  return `${expression.open}\n${lines.join("")}${indent}${expression.close}`;
}

function flatten(expression: Expression): string {
  if (typeof expression === "string") return expression;
  if ("flat" in expression) return expression.flat;
  const items = expression.items.map(({ prefix, value }) => prefix + flatten(value));
  return expression.open + items.join(", ") + expression.close;
}

function pythonNumber(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return text.replace(/e\+?(-?)/, "e$1");
}

const shortEscapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(character: string): string {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!;
  if ((code >= 0x20 && code < 0x7f) || isPlainLetter(character)) return character;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  if (code <= 0xffff) return `\\u${hex(code, 4)}`;
  return `\\U${hex(code, 8)}`;
}

/**
 * Letters of European scripts and the signs that go with them, composed. Not what is invisible, combines, runs from right to left, or is
 * two columns wide: ruff counts columns where it breaks lines, and a reviewer must see what stands there.
 */
function isPlainLetter(character: string): boolean {
  return (
    (/^[\u00c0-\u024f\u0370-\u052f\u1e00-\u1fff]$/.test(character) &&
      /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u.test(character) &&
      /^\p{L}$/u.test(character)) ||
    /^[«»„“”‚‘’…–—€£§°·¿¡]$/.test(character)
  );
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
