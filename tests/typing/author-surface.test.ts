// The author's surface as `tsc` judges it: author-surface.ts holds what it must accept and must refuse.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createFolder } from "../support/built-project.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
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

/** Against the sources, with the repository's own options. Returns what tsc says. */
function typeCheck(text: string): string {
  const folder = createFolder();
  writeFileSync(join(folder, "surface.ts"), text);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const at = (path: string) => [join(repository, path)];
  const options = {
    extends: join(repository, "tsconfig.json"),
    compilerOptions: {
      paths: { dagwright: at("runtime/index.ts"), "dagwright/operators": at("runtime/operators/index.ts") },
      typeRoots: at("node_modules/@types"),
    },
    include: ["surface.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
  try {
    return execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", folder], {
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
