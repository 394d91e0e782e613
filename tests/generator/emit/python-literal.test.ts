// Every string that leaves for Python comes back the same from CPython's own parser.

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { layOut, literal, pythonString } from "../../../generator/emit/python-literal.ts";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import { describeWithPython } from "../../support/airflow.ts";
import { pythonIn } from "../../support/python-environments.ts";
import { randomFrom } from "../../support/random.ts";

const count = 4_000;
const special = [
  ..."\"'\\\r\n\t\0\b\f\v\x1b\x7f{}%#$`",
  "\x85",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufffe",
  '"""',
  "\\N{",
  "\\u",
];

function randomStrings(): string[] {
  const { integer: below, pick } = randomFrom(20240101);
  const character = () => {
    const kind = below(4);
    if (kind === 0) return pick(special);
    if (kind === 1) return String.fromCodePoint(0x20 + below(0x5f));
    const code = kind === 2 ? below(0x10000) : 0x10000 + below(0x100000);
    return code >= 0xd800 && code <= 0xdfff ? "" : String.fromCodePoint(code);
  };
  return Array.from({ length: count }, () => Array.from({ length: below(24) }, character).join(""));
}

/** Evaluates Python literals; CPython writes what it read as JSON. */
function readInPython(texts: readonly string[]): JsonValue[] {
  const code = "import ast, json, sys; print(json.dumps([ast.literal_eval(text) for text in json.load(sys.stdin)]))";
  const input = JSON.stringify(texts);
  const read = execFileSync(pythonIn("ruff"), ["-W", "error", "-c", code], {
    input,
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  return JSON.parse(read) as JsonValue[];
}

describeWithPython("CPython", () => {
  test(`reads ${count} random strings as they were, each from one line without anything invisible`, () => {
    const strings = [...randomStrings(), ...special, "", ...special.map((text) => `${text}\\`)];
    const literals = strings.map(pythonString);
    for (const text of literals) expect(text).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u);
    expect(readInPython(literals)).toEqual(strings);
  });

  test("reads every JSON value as it was, on one line or on many", () => {
    const numbers = [0, -1, 0.1, 1e21, 1.5e300, 5e-324, 2 ** 53, -1e-7, 123456789012345680000];
    const values: JsonValue[] = [
      ...numbers,
      true,
      false,
      null,
      [],
      {},
      [[], [{}]],
      { "a key": [1, { "it's": null }], "": { "\u2028": false } },
      JSON.parse('{"__proto__": {"constructor": 1}, "10": 1, "2": 2}') as JsonValue,
    ];
    for (const width of [0, 80])
      expect(readInPython(values.map((value) => layOut(literal(value), "", width)))).toEqual(values);
  });
});

test.each([
  ["Grüße aus Łódź – „schön“, 5 €", '"Grüße aus Łódź – „schön“, 5 €"'],
  ["Ελλάδα, Россия", '"Ελλάδα, Россия"'],
  // Wide, combining, from right to left, invisible, astral, and a Latin letter of full width.
  ["気象", '"\\u6c17\\u8c61"'],
  ["e\u0301", '"e\\u0301"'],
  ["\u05d0\u202e", '"\\u05d0\\u202e"'],
  ["\u00a0\u00ad", '"\\xa0\\xad"'],
  ["😀Ａ", '"\\U0001f600\\uff21"'],
])("%j is written %s", (text, written) => {
  expect(pythonString(text)).toBe(written);
});

test("negative zero stays a negative zero", () => {
  expect(literal(-0)).toBe("-0.0");
});

test.each(["\ud800", "a\udc00b", "\udc00\ud800"])("a lone surrogate is refused: %j", (text) => {
  expect(() => pythonString(text)).toThrow("a lone surrogate in");
});
