// What a baseline takes out, and what it does not.

import { expect, it } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostic.ts";
import { compareWithBaseline, toBaseline } from "../../../generator/lint/baseline.ts";
import { rules } from "../../../generator/rules/index.ts";

const finding = (change: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "tags-missing",
  severity: "error",
  file: "dags/a.ts",
  line: 3,
  column: 1,
  text: 'DAG "a" has no tags',
  remedy: "add some",
  ...change,
});
const invalid = finding({ code: "cycle", text: "a → b → a" });
const baseline = toBaseline([finding(), finding({ line: 9 }), invalid], rules);

it("is a table of counts, without what cannot be built", () => {
  expect(baseline).toEqual({ "dags/a.ts": { "tags-missing": { 'DAG "a" has no tags': 2 } } });
});

it.each<[string, Diagnostic[], Diagnostic[], number]>([
  ["the same, wherever it moved", [finding({ line: 50 }), finding({ line: 90 })], [], 0],
  ["one more of the same", [finding(), finding(), finding({ line: 80 })], [finding({ line: 80 })], 0],
  ["another text", [finding(), finding(), finding({ text: "else" })], [finding({ text: "else" })], 0],
  ["another file", [finding({ file: "dags/b.ts" })], [finding({ file: "dags/b.ts" })], 2],
  ["what cannot be built", [finding(), finding(), invalid], [invalid], 0],
  ["one that is no more", [finding()], [], 1],
])("%s", (_, found, left, stale) => {
  expect(compareWithBaseline(found, baseline)).toEqual({ left, stale });
});
