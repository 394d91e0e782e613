// Wrong DAG files that say themselves what is wrong with them: `// expect CODE …` at the line, `// expect-file CODE` for the whole
// file. Found must be exactly what is expected, no more and no less.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostic.ts";
import { lintProject } from "../../../generator/lint/lint-project.ts";
import { loadConfig } from "../../../generator/load/load-config.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { copyCorpusCase, corpusCases } from "../../support/corpus.ts";

/** Short, for the file that never ends; the others need a tenth of it. */
const evaluationMs = 3000;

test.each(corpusCases)("%s: the linter finds what the files expect", async (name) => {
  const root = copyCorpusCase(name);
  const project = await loadProject(root, { evaluationMs });
  const diagnostics = await lintProject(project, await loadConfig(root));
  const expected = readExpectations(root);
  const wholeFile = new Set(expected.filter(({ line }) => line === undefined).map(toText));
  const found = diagnostics.map((diagnostic) => {
    const whole = toText({ ...diagnostic, line: undefined });
    return wholeFile.has(whole) ? whole : toText(diagnostic);
  });
  expect(found.sort()).toEqual(expected.map(toText).sort());
});

interface Expectation extends Pick<Diagnostic, "code" | "file"> {
  readonly line: number | undefined;
}

function toText({ file, line, code }: Expectation): string {
  return `${file}:${line ?? "*"} ${code}`;
}

function readExpectations(root: string): Expectation[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.name.endsWith(".ts") && !entry.parentPath.includes(".dagwright"),
  );
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const file = relative(root, path);
    return readFileSync(path, "utf8")
      .split("\n")
      .flatMap((text, index) => {
        const [, whole, codes = ""] = /\/\/ expect(-file)? (.+)$/.exec(text) ?? [];
        const line = whole ? undefined : index + 1;
        return codes === "" ? [] : codes.split(" ").map((code) => ({ file, line, code }));
      });
  });
}
