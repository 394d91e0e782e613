import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rules } from "../../../generator/rules/index.ts";

const pages = new URL("../../../docs/rules/", import.meta.url);
const codes = rules.map(({ code }) => code);

test.each(codes)("%s has a page: what, why, example, instead", (code) => {
  const headings = readFileSync(new URL(`${code}.md`, pages), "utf8").match(/^#+ .*/gm);
  expect(headings).toEqual([`# ${code}`, "## What", "## Why", "## Example", "## Instead"]);
});

test("there is no page without a rule", () => {
  expect(readdirSync(pages).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

test("codes are unique", () => {
  expect(new Set(codes).size).toBe(codes.length);
});

test.each(rules)("$code: the page tells of --fix when it is fixable", ({ code, isFixable = false }) => {
  expect(readFileSync(new URL(`${code}.md`, pages), "utf8").includes("`--fix`")).toBe(isFixable);
});
