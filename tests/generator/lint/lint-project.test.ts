// Where in a line a finding points to, and what it says: the corpus holds the lines only.

import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { lintProject } from "../../../generator/lint/lint-project.ts";
import { defaultConfig } from "../../../generator/load/check-config.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";

test.each<[string, string, string[]]>([
  [
    "an unknown option: at its name",
    'new Dag("a", { ...options, shedule: "@daily" });',
    ['28 DAG "a": shedule is an unknown option; Did you mean schedule?'],
  ],
  [
    "a value of another type: at the value, and nothing more is said about it",
    'new Dag("a", { ...options, tags: "films" });',
    ['34 DAG "a": tags is "films", not a list of strings; write ["films"]'],
  ],
  [
    "an option of an operator: in the operator's own call",
    'new Dag("a", options).run("b", copyTables({ from: "a", to: "b", tabels: ["film"] }));',
    ["65 copyTables: tabels is an unknown option; Did you mean tables?"],
  ],
  [
    "a missing option: at the call",
    'new Dag("a", options).run("b", loadSqlDump({ connection: "a" }));',
    ["32 loadSqlDump: file is missing; add file to the options"],
  ],
  [
    "a misspelt one is not called missing as well",
    'new Dag("a", options).run("b", loadSqlDump({ connection: "a", fil: "x" }));',
    ["63 loadSqlDump: fil is an unknown option; Did you mean file?"],
  ],
  [
    "a cycle: each edge at its later end",
    'const dag = new Dag("a", options); const b = dag.empty("b"), c = dag.empty("c"); chain(b, c, b);',
    [
      '91 b → c is part of a cycle in DAG "a": b → c → b; take one of the cycle\'s edges out',
      '94 c → b is part of a cycle in DAG "a": b → c → b; take one of the cycle\'s edges out',
    ],
  ],
  [
    "a factory instead of its task: at the argument",
    'const dag = new Dag("a", options); const b = dag.task("b", () => 1); chain(dag.empty("c"), b); b();',
    ["92 chain: a function is given for a task; place the task first: call what dag.task returned"],
  ],
])("%s", async (_, line, expected) => {
  expect(await lint(line)).toEqual(expected);
});

async function lint(line: string): Promise<string[]> {
  const root = createFolder();
  const head = `import { chain, Dag } from "dagwright"; import { copyTables, loadSqlDump } from "dagwright/operators";
const options = { tags: ["t"], defaultArgs: { retries: 2 } };
void [chain, copyTables, loadSqlDump];
`;
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dags", "a.ts"), head + line);
  const diagnostics = await lintProject(await loadProject(root), defaultConfig);
  return diagnostics.map(({ column, text, remedy }) => `${column} ${text}; ${remedy}`);
}

/** Of files by their paths; undefined where the file system takes some for one. */
function writeAll(files: Readonly<Record<string, string>>): string | undefined {
  const root = createFolder();
  for (const [path, text] of Object.entries(files)) {
    if (existsSync(join(root, path))) return undefined;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const defining = (id: string) =>
  `import { Dag } from "dagwright";\nnew Dag("${id}", { startDate: "2024-01-01", tags: ["t"], defaultArgs: { retries: 2 } }).empty("a");\n`;

test.each([
  ["files", "dags/Sales.ts", "dags/sales.ts"],
  ["folders", "dags/Team/a.ts", "dags/team/a.ts"],
])("%s that differ only in case: the bundler takes them for one", async (_, first, second) => {
  const root = writeAll({ [first]: defining("one"), [second]: defining("two") });
  if (root === undefined) return;
  const said = `the path "${second}" differs only in case from "${first}"`;
  const found = await lintProject(await loadProject(root), defaultConfig);
  expect(found.map(({ file, code, text }) => [file, code, text])).toEqual([[second, "invalid-path", said]]);
});

test("a link to a DAG file is that file", async () => {
  const root = writeAll({ "dags/a.ts": defining("a") })!;
  symlinkSync("a.ts", join(root, "dags", "b.ts"));
  symlinkSync(".", join(root, "dags", "again"));
  const project = await loadProject(root);
  expect(project.files).toEqual(["dags/a.ts"]);
  expect(await lintProject(project, defaultConfig)).toEqual([]);
});
