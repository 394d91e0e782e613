import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostic.ts";
import type { Report } from "../../../generator/report/reporter.ts";
import { textReporter } from "../../../generator/report/text.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeReport } from "../../support/made-report.ts";

const diagnostic: Diagnostic = {
  code: "retries-minimum",
  severity: "error",
  file: "a.ts",
  line: 3,
  column: 27,
  text: "retries is 1; every DAG needs at least 2",
  remedy: "set defaultArgs: { retries: 2 } or more",
};

test("a problem has its line to search for, the place, the remedy and the page", () => {
  expect(
    render({ diagnostics: [diagnostic, { ...diagnostic, severity: "warning", line: 1, column: 1 }] }),
  ).toBe(`a.ts:3:27  error  retries-minimum  retries is 1; every DAG needs at least 2
    1 | new Dag("a", {
    2 |   tags: ["a tag that is long enough to be cut where the terminal ends"],
  > 3 |   defaultArgs: { retries: 1 },
      |                           ^
  fix: set defaultArgs: { retries: 2 } or more
  why: npx dagwright explain retries-minimum

a.ts:1:1  warning  retries-minimum  retries is 1; every DAG needs at least 2
  > 1 | new Dag("a", {
      | ^
  fix: set defaultArgs: { retries: 2 } or more
  why: npx dagwright explain retries-minimum

2 problems (1 error, 1 warning) in 1 file
`);
});

test("a narrow terminal cuts the frame's lines, but never the mark", () => {
  const frame = (columns: number) => render({ columns }).split("\n").slice(1, 5);
  expect(Math.max(...frame(40).map((line) => line.length))).toBe(40);
  expect(frame(40)[1]).toMatch(/…$/);
  expect(frame(24)[3]).toMatch(/\^$/);
});

test.each([
  ["a file that is gone", { file: "gone.ts" }],
  ["a line that is not there", { line: 99 }],
])("%s: no frame, the rest as always", (_, change) => {
  const lines = render({ diagnostics: [{ ...diagnostic, ...change }] }).split("\n");
  expect(lines[1]).toBe("  fix: set defaultArgs: { retries: 2 } or more");
});

test.each([
  [1, 1, "1 DAG in 1 file: no problems\n"],
  [3, 2, "3 DAGs in 2 files: no problems\n"],
])("%i DAGs in %i files without problems", (dags, files, text) => {
  expect(render({ diagnostics: [], dags, files: Array.from({ length: files }, (_, index) => `${index}.ts`) })).toBe(
    text,
  );
});

test("colours are added, and nothing else changes", () => {
  const coloured = render({ hasColors: true });
  expect(coloured).toContain("\u001b[31merror\u001b[39m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is taken out
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(render({}));
});

function render(change: Partial<Report>): string {
  const root = createFolder();
  const tags = '  tags: ["a tag that is long enough to be cut where the terminal ends"],';
  writeFileSync(join(root, "a.ts"), `new Dag("a", {\n${tags}\n  defaultArgs: { retries: 1 },\n});\n`);
  return textReporter.render(madeReport({ root, diagnostics: [diagnostic], ...change }));
}
