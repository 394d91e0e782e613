// What Python people's own tools say about the generated files: linted, formatted and compiled like code that a person wrote.

import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { describeWithPython } from "../../support/airflow.ts";
import { buildProject, createFolder } from "../../support/built-project.ts";
import { pythonIn } from "../../support/python-environments.ts";
import { ruff } from "../../support/ruff.ts";
import { goldenFiles, helperFile } from "./golden-files.ts";

const dags = fileURLToPath(new URL("../../../dags/", import.meta.url));
/** AIR001 wants a variable to be named like its task: these ids are no free Python names. */
const noNames = ["--per-file-ignores", "odd.ids-of_a.dag.py:AIR001,data.py:AIR001,group_names.py:AIR001"];
/** E501: text of a user's has no line ends to break at. */
const checks = [
  ["check", "--select", "E4,E7,E9,F,I,UP,B,A,RUF,W,E", "--ignore", "E501", "."],
  ["check", "--select", "AIR", ...noNames, "."],
  ["check", "--preview", "--select", "AIR", ...noNames, "."],
  ["format", "--check", "--diff", "."],
];

const folders: Record<string, string> = {};
beforeAll(async () => {
  folders["golden"] = createFolder();
  for (const { name, text } of await goldenFiles()) writeFileSync(join(folders["golden"], name), text);
  folders["helper"] = createFolder();
  cpSync(helperFile, join(folders["helper"], "operators.py"));
  const project = createFolder();
  cpSync(dags, join(project, "dags"), { recursive: true });
  folders["build"] = join(await buildProject(project), "dags");
});

describeWithPython("Python's tools", () => {
  for (const name of ["golden", "helper", "build"]) {
    test.each(checks)(`${name}: ruff %s %s %s finds nothing`, async (...args) => {
      expect(await ruff(args, folders[name]!)).toBe("");
    });

    test(`${name}: Python compiles every file without a warning`, () => {
      const compileAll = ["-W", "error", "-m", "compileall", "-q", "-f", "."];
      expect(execFileSync(pythonIn("ruff"), compileAll, { cwd: folders[name], encoding: "utf8" })).toBe("");
    });
  }

  test("ruff is really asked: a wrong file is found", async () => {
    const folder = createFolder();
    cpSync(helperFile, join(folder, "operators.py"));
    execFileSync("sh", ["-c", "printf 'import os\\nx =1\\n' > wrong.py"], { cwd: folder });
    for (const args of [checks[0]!, checks[3]!]) expect(await ruff(args, folder)).toContain("wrong.py");
  });
});
