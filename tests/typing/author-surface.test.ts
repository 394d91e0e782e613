// The author's surface as `tsc` judges it: author-surface.ts holds what it must accept and must refuse.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { typeCheck } from "../support/type-check.ts";

const source = readFileSync(new URL("author-surface.ts", import.meta.url), "utf8");

test("tsc accepts what is sound and refuses every mistake", () => {
  expect(typeCheck(source)).toBe("");
});

test("without its marks, every marked line is an error of its own", () => {
  const errors = typeCheck(source.replaceAll("@ts-expect-error", "an error:"));
  const found = new Set([...errors.matchAll(/\((\d+),\d+\): error TS/g)].map((match) => Number(match[1])));
  const marked = source.split("\n").flatMap((line, index) => (line.includes("// @ts-expect-error") ? [index + 2] : []));
  expect(marked.length).toBeGreaterThan(20);
  expect([...found].sort((left, right) => left - right)).toEqual(marked);
}, 60_000);
