// `lint --fix`: what it changes, what it leaves alone, and that what it leaves behind is clean.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

const head = 'import { Dag } from "dagwright";\n';
const strict = 'export default { lint: { rules: { "explicit-catchup": "error", "tags-missing": "off" } } };\n';

/** One file for each source, `case_0.ts` and so on, whose DAG "a" is named like it. */
function createProject(sources: readonly string[]): string {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(join(root, "dagwright.config.ts"), strict);
  for (const [index, source] of sources.entries()) {
    const [mark, text] = source.startsWith(byteOrderMark) ? [byteOrderMark, source.slice(1)] : ["", source];
    writeFileSync(fileOf(root, index), mark + head + named(text, index));
  }
  return root;
}

const fileOf = (root: string, index: number) => join(root, "dags", `case_${index}.ts`);
const named = (source: string, index: number) => source.replace('"a"', `"case_${index}"`);
const byteOrderMark = "\uFEFF";
const read = (root: string, index = 0) => readFileSync(fileOf(root, index), "utf8").replace(head, "");

const changed: readonly (readonly [string, string, string])[] = [
  ["no options", 'new Dag("a");\n', 'new Dag("a", { defaultArgs: { retries: 2 } });\n'],
  ["empty options", 'new Dag("a", {});\n', 'new Dag("a", { defaultArgs: { retries: 2 } });\n'],
  [
    "defaultArgs without retries",
    'new Dag("a", { defaultArgs: { owner: "data" } });\n',
    'new Dag("a", { defaultArgs: { owner: "data", retries: 2 } });\n',
  ],
  [
    "too few, behind parentheses",
    'new Dag("a", ({ defaultArgs: { retries: 1 } }));\n',
    'new Dag("a", ({ defaultArgs: { retries: 2 } }));\n',
  ],
  [
    "lines with a comma at the end, and a comment there",
    'new Dag("a", {\n  docMd: "x", // said\n});\n',
    'new Dag("a", {\n  docMd: "x", // said\n  defaultArgs: { retries: 2 },\n});\n',
  ],
  [
    "lines of Windows, without a comma at the end",
    'new Dag("a", {\r\n\tdocMd: "x"\r\n});\r\n',
    'new Dag("a", {\r\n docMd: "x",\r\n defaultArgs: { retries: 2 }\r\n});\r\n'.replace(" docMd", "\tdocMd"),
  ],
  [
    "two at one place: one after the other",
    'new Dag("a", { schedule: "@daily", startDate: "2024-01-01" });\n',
    'new Dag("a", { schedule: "@daily", startDate: "2024-01-01", catchup: false, defaultArgs: { retries: 2 } });\n',
  ],
  [
    "a byte order mark",
    `${byteOrderMark}new Dag("a", { defaultArgs: { retries: 1 } });\n`,
    `${byteOrderMark}new Dag("a", { defaultArgs: { retries: 2 } });\n`,
  ],
  [
    "a byte order mark, and a comment that disables nothing in the next line",
    `${byteOrderMark}// dagwright-disable-next-line retries-minimum -- once\nnew Dag("a", { defaultArgs: { retries: 2 } });\n`,
    `${byteOrderMark}new Dag("a", { defaultArgs: { retries: 2 } });\n`,
  ],
  [
    "a misspelt option, and what it meant is judged then",
    'new Dag("a", { "shedule": "@daily", startDate: "2024-01-01", defaultArgs: { retires: 2 } });\n',
    'new Dag("a", { schedule: "@daily", startDate: "2024-01-01", defaultArgs: { retries: 2 }, catchup: false });\n',
  ],
  [
    "a comment that disables nothing",
    '// dagwright-disable-next-line retries-minimum -- once\nnew Dag("a", { defaultArgs: { retries: 2 } });\n',
    'new Dag("a", { defaultArgs: { retries: 2 } });\n',
  ],
  [
    "one run at a time",
    'new Dag("a", { destructive: true, defaultArgs: { retries: 2 } });\n',
    'new Dag("a", { destructive: true, defaultArgs: { retries: 2 }, maxActiveRuns: 1 });\n',
  ],
];

test("changes what the rules say, and leaves a clean project", async () => {
  const root = createProject(changed.map(([, before]) => before));
  const { exitCode, stdout, stderr } = await runCommandLine(["lint", "--fix"], { cwd: root });
  for (const [index, [title, , after]] of changed.entries()) expect(read(root, index), title).toBe(named(after, index));
  const count = changed.length;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${count} DAGs in ${count} files: no problems\n` });
  expect(stderr).toMatch(/^fixed 15 problems in dags\/case_0\.ts, .*\n$/);
});

const leftAlone: readonly (readonly [string, string])[] = [
  ["a task's own number was a decision", 'new Dag("a", { defaultArgs: { retries: 2 } }).empty("b", { retries: 0 });\n'],
  ["what others share", 'const shared = { defaultArgs: { retries: 1 } };\nnew Dag("a", shared);\n'],
  ["what is computed", 'const retries = 1;\nnew Dag("a", { defaultArgs: { retries } });\n'],
  ["what a spread brings along", 'const shared = { defaultArgs: {} };\nnew Dag("a", { ...shared });\n'],
  ["what a spread may hide", 'const more = () => ({ docMd: "x" });\nnew Dag("a", { ...more() });\n'],
  ["arguments behind a spread", 'const all = ["a"] as const;\nnew Dag(...all);\n'],
  ["a name beside the one it was meant for", 'new Dag("a", { defaultArgs: { retries: 2, retires: 3 } as never });\n'],
  ["a disabled finding", '// dagwright-disable-next-line retries-minimum -- costly\nnew Dag("a");\n'],
  ["syntax errors", 'new Dag("a");\nnew Dag("b", {;\n'],
];

test("leaves alone what a person has to decide, and what cannot be read", async () => {
  const root = createProject(leftAlone.map(([, source]) => source));
  const { stderr } = await runCommandLine(["lint", "--fix"], { cwd: root });
  expect(stderr).toBe("");
  for (const [index, [title, source]] of leftAlone.entries())
    expect(read(root, index), title).toBe(named(source, index));
});

test("a file is left alone when a module of it is broken", async () => {
  const root = createProject(['import "./late.ts";\nnew Dag("a", { defaultArgs: { retries: 1 } });\n']);
  writeFileSync(join(root, "dags", "late.ts"), 'void Promise.reject(new Error("late"));\n');
  const { stdout, stderr } = await runCommandLine(["lint", "--fix"], { cwd: root });
  expect(stdout).toMatch(/dags\/late\.ts:1:\d+ +error +import-error/);
  expect(stdout).toContain("retries-minimum");
  expect(stderr).toBe("");
});

test("a file that changed since it was judged is judged again first", async () => {
  const root = createProject(['new Dag("a", { defaultArgs: { retries: 1 } });\n']);
  // The project's own rules are asked last: this one edits as a person would, once.
  const edit = `() => {
    const text = readFileSync(file, "utf8");
    if (!text.includes("edited")) writeFileSync(file, "// edited\\n" + text);
    return [];
  }`;
  const config = `import { readFileSync, writeFileSync } from "node:fs";
import { defineConfig, defineRule } from "dagwright";
const file = ${JSON.stringify(fileOf(root, 0))};
const customRules = [defineRule({ name: "edits", summary: "s", check: ${edit} })];
export default defineConfig({ lint: { customRules, rules: { "tags-missing": "off" } } });
`;
  writeFileSync(join(root, "dagwright.config.ts"), config);
  const { stdout, stderr } = await runCommandLine(["lint", "--fix"], { cwd: root });
  const fixed = 'new Dag("case_0", { defaultArgs: { retries: 2 } });\n';
  expect(readFileSync(fileOf(root, 0), "utf8")).toBe(`// edited\n${head}${fixed}`);
  expect(stderr).toBe("fixed 1 problem in dags/case_0.ts\n");
  expect(stdout).toBe("1 DAG in 1 file: no problems\n");
});

const factory = `import { Dag } from "dagwright";
export const make = (id, destructive) => new Dag(id, { tags: ["t"], destructive, defaultArgs: { retries: 2 } });
`;
const destructiveFix = 'new Dag(id, { tags: ["t"], destructive, defaultArgs: { retries: 2 }, maxActiveRuns: 1 })';
const uses = (from: string, ...made: string[]) =>
  `import { make } from "${from}";\n${made.map((one) => `make(${one});\n`).join("")}`;

test.each<[string, Readonly<Record<string, string>>, string, boolean]>([
  [
    "all that a call makes are fixed",
    { "dags/a.ts": uses("../factory.js", '"a", true', '"b", true') },
    "factory.js",
    true,
  ],
  [
    "another DAG of the call is right",
    { "dags/a.ts": uses("../factory.js", '"a", true', '"b", false') },
    "factory.js",
    false,
  ],
  [
    "another file's DAG of the call is right",
    { "dags/a.ts": uses("../factory.js", '"a", true'), "dags/b.ts": uses("../factory.js", '"b", false') },
    "factory.js",
    false,
  ],
  [
    "what another file makes is not known",
    { "dags/a.ts": uses("../factory.js", '"a", true'), "dags/b.ts": `throw 1;\n${uses("../factory.js", '"b", true')}` },
    "factory.js",
    false,
  ],
  ["it is installed", { "dags/a.ts": uses("company-dags", '"a", true') }, "node_modules/company-dags/index.js", false],
  ["it lies beside the project", { "dags/a.ts": uses("../../factory.js", '"a", true') }, "../factory.js", false],
])("a call in a module: %s", async (_, files, at, isFixed) => {
  const root = join(createFolder(), "project");
  for (const [path, text] of Object.entries({ ...files, [at]: factory })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { stdout } = await runCommandLine(["lint", "--fix"], { cwd: root });
  const text = readFileSync(join(root, at), "utf8");
  expect(text.includes(destructiveFix)).toBe(isFixed);
  expect(text === factory).toBe(!isFixed);
  expect(stdout.includes("destructive-dag")).toBe(!isFixed);
});

test("only what is shown is fixed; the file keeps its rights, and a link stays one", async () => {
  const root = createProject(['new Dag("a");\n', 'new Dag("a");\n']);
  chmodSync(fileOf(root, 0), 0o664);
  renameSync(fileOf(root, 0), join(root, "real.ts"));
  symlinkSync("../real.ts", fileOf(root, 0));
  await runCommandLine(["lint", "--fix", "dags/case_0.ts"], { cwd: root });
  expect(read(root)).toBe('new Dag("case_0", { defaultArgs: { retries: 2 } });\n');
  expect(read(root, 1)).toBe('new Dag("case_1");\n');
  expect(statSync(join(root, "real.ts")).mode & 0o777).toBe(0o664);
  expect(lstatSync(fileOf(root, 0)).isSymbolicLink()).toBe(true);
});

test("SARIF carries the fix, for editors and code hosts", async () => {
  const root = createProject(['new Dag("a");\n']);
  const { stdout } = await runCommandLine(["lint", "--reporter", "sarif"], { cwd: root });
  expect(JSON.parse(stdout).runs[0].results[0].fixes).toEqual([
    {
      description: { text: "set defaultArgs: { retries: 2 } or more" },
      artifactChanges: [
        {
          artifactLocation: { uri: "dags/case_0.ts", uriBaseId: "%SRCROOT%" },
          replacements: [
            {
              deletedRegion: { charOffset: head.length + 16, charLength: 0 },
              insertedContent: { text: ", { defaultArgs: { retries: 2 } }" },
            },
          ],
        },
      ],
    },
  ]);
});
