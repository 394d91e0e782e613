// Wrong DAG files that say themselves what is wrong with them: `// expect CODE …` at the line, `// expect-file CODE` for the whole
// file. Found must be exactly what is expected, no more and no less.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { type Diagnostic, sortDiagnostics } from "../../../generator/diagnostic.ts";
import { lintProject } from "../../../generator/lint/lint-project.ts";
import { loadConfig } from "../../../generator/load/load-config.ts";
import { loadModels } from "../../../generator/load/load-models.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import type { LoadedProject } from "../../../generator/load/loaded.ts";
import { textReporter } from "../../../generator/report/text.ts";
import { copyCorpusCase, corpusCases } from "../../support/corpus.ts";
import { madeReport } from "../../support/made-report.ts";

/** Short, for the file that never ends; the others need a tenth of it. */
const evaluationMs = 3000;

test.each(corpusCases)("%s: the linter finds what the files expect", async (name) => {
  const root = copyCorpusCase(name);
  const project = await loadModels(root, { evaluationMs });
  const diagnostics = await lintProject(project, await loadConfig(root));
  const expected = readExpectations(root);
  const wholeFile = new Set(expected.filter(({ line }) => line === undefined).map(toText));
  const found = diagnostics.map((diagnostic) => {
    const whole = toText({ ...diagnostic, line: undefined });
    return wholeFile.has(whole) ? whole : toText(diagnostic);
  });
  expect(found.sort()).toEqual(expected.map(toText).sort());
  // As a person sees it; what counts the days until now says another number every day.
  const text = textReporter.render(madeReport({ root, diagnostics, files: project.files, dags: project.dags.length }));
  const steadyText = text.replaceAll(/[\d,]+ runs/g, "N runs");
  await expect(steadyText).toMatchFileSnapshot(`../report/corpus/${name}.txt`);
});

/** Its models are others each time. */
const steady = corpusCases.filter((name) => name !== "top-level-work");

test.each(steady)("%s: what the linter loads is what a build loads", async (name) => {
  const root = copyCorpusCase(name);
  const { bundle, ...built } = await loadProject(root, { evaluationMs });
  const linted = await loadModels(root, { evaluationMs });
  expect(bundle.files.size).toBeGreaterThan(0);
  expect(sorted(linted)).toEqual(sorted(built));
});

/** Which broken file is found first says nothing. */
function sorted(project: LoadedProject): LoadedProject {
  return { ...project, diagnostics: sortDiagnostics(project.diagnostics) };
}

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
