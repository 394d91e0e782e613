import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { loadInParts, loadModels } from "../../../generator/load/load-models.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import { createFolder } from "../../support/built-project.ts";

const innocent = 'import { Dag } from "dagwright";\nnew Dag("innocent");\n';

test("a top-level await that never resolves is called that, and the files after it are loaded", async () => {
  const { dags, diagnostics } = await load({
    "dags/a.ts": "await new Promise(() => {});",
    "dags/b.ts": innocent,
  });
  expect(diagnostics).toMatchObject([
    { file: "dags/a.ts", text: "dags/a.ts cannot be evaluated: waits for a promise that never resolves" },
  ]);
  expect(dags).toHaveLength(1);
});

test("a top-level await that an error in a timer left without an end: both are told", async () => {
  const { diagnostics } = await load({
    "dags/a.ts": `await new Promise(() => {
  setTimeout(() => {
    throw new Error("no answer");
  });
});`,
  });
  expect(diagnostics).toMatchObject([
    { line: 3, text: "dags/a.ts cannot be evaluated: no answer" },
    { line: 1, text: expect.stringContaining("never resolves") },
  ]);
});

test("a timer that throws for ever is told once, and does not keep the load", async () => {
  const { diagnostics } = await load(
    { "dags/a.ts": 'setInterval(() => { throw new Error("again"); });\nawait new Promise(() => {});' },
    { evaluationMs: 500 },
  );
  expect(diagnostics).toMatchObject([
    { text: "dags/a.ts cannot be evaluated: again" },
    { text: "dags/a.ts cannot be evaluated: did not end within 0.5 s" },
  ]);
});

test("an aborted load ends its child at once, and is no file's fault", async () => {
  const files = { "dags/a.ts": "for (;;);" };
  await expect(load(files, { evaluationMs: 50_000, signal: AbortSignal.timeout(300) })).rejects.toThrow(/aborted/);
});

test("a DAG file and a folder may be symbolic links", async () => {
  const root = createFolder();
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(root, "elsewhere", "linked.ts"), innocent);
  symlinkSync("elsewhere", join(root, "dags"));
  expect((await loadProject(root)).dags).toMatchObject([{ file: "dags/linked.ts", model: { id: "innocent" } }]);
});

test.each(["tsconfig.json", "package.json"])("a broken %s is told, with its place", async (name) => {
  await expect(load({ "dags/a.ts": innocent, [name]: "{ broken" })).rejects.toThrow(
    new RegExp(`cannot be bundled.*${name}:1:`),
  );
});

test("process.exit is called that", async () => {
  const { diagnostics } = await load({ "dags/a.ts": "process.exit(0);" });
  expect(diagnostics).toMatchObject([{ text: "dags/a.ts cannot be evaluated: called process.exit(0)" }]);
});

test.each([
  ["a build", loadProject],
  ["the linter", loadModels],
])(
  "process.exit is the fault of the file that calls it, however much there is to tell of others: %s",
  async (_, loadAll) => {
    const large = (number: number) =>
      `import { Dag } from "dagwright";\nnew Dag("d${number}", { params: { text: "x".repeat(300_000) } });\n`;
    const files = Array.from({ length: 30 }, (_, number): [string, string] => [
      `dags/d${number + 10}.ts`,
      large(number),
    ]);
    const root = write({ ...Object.fromEntries(files), "dags/x.ts": "process.exit(7);", "dags/z.ts": innocent });
    const { dags, diagnostics } = await loadAll(root);
    expect(diagnostics.map(({ text }) => text)).toEqual(["dags/x.ts cannot be evaluated: called process.exit(7)"]);
    expect(dags).toHaveLength(31);
  },
);

test("an error in a timer is the fault of the file that set it, also when another one is being evaluated", async () => {
  const waits = 'import { Dag } from "dagwright";\nawait globalThis.thrown;\nnew Dag("waits");\n';
  const throwsLater = `globalThis.thrown = new Promise((resolve) => process.once("uncaughtException", resolve));
setTimeout(() => {
  throw new Error("later");
}, 50);`;
  const { dags, diagnostics } = await load({ "dags/a.ts": throwsLater, "dags/b.ts": waits });
  expect(diagnostics).toMatchObject([{ file: "dags/a.ts", line: 3, text: "dags/a.ts cannot be evaluated: later" }]);
  expect(dags.map(({ model }) => model.id)).toEqual(["waits"]);
});

test.each([
  ["a DAG file", { "dags/deep/a.ts": "const = 1;" }, "dags/deep/a.ts", "dags/deep/a.ts cannot be bundled: "],
  [
    "a module outside of dags",
    { "dags/a.ts": 'import "../shared/b.ts";', "shared/b.ts": 'import "./gone.ts";' },
    "shared/b.ts",
    'dags/a.ts cannot be bundled: Could not resolve "./gone.ts"',
  ],
])("%s that cannot be bundled is named by its path in the project", async (_, files, file, text) => {
  const { diagnostics } = await load({ "dags/innocent.ts": innocent, ...files });
  expect(diagnostics).toMatchObject([{ file, line: 1, text: expect.stringContaining(text) }]);
});

test("what is wrong with a file's calls is told although the file then throws", async () => {
  const { mistakes, dags } = await load({
    "dags/a.ts": `import { Dag } from "dagwright";
import { sql } from "dagwright/operators";
new Dag("a").run("a", sql({ connection: "b", txt: "" }));
throw new Error("and then this");`,
  });
  expect(dags).toEqual([]);
  const at = { call: { file: "dags/a.ts", line: 3, column: 23 }, path: [0, { property: "txt" }] };
  expect(mistakes).toEqual([
    {
      at,
      dagFile: "dags/a.ts",
      text: "sql: txt is an unknown option",
      remedy: "Did you mean text?",
      fix: { at, change: { rename: "text" } },
    },
  ]);
});

test.each([1, 2, 3, 100])("in parts of %i files the linter loads what a build loads", async (size) => {
  const named = (id: string) => `import { Dag } from "dagwright";\nnew Dag("${id}");\n`;
  const root = write({
    "shared/defines.ts": named("shared"),
    "shared/make.ts": 'import { Dag } from "dagwright";\nexport const make = (id: string) => new Dag(id);\n',
    "dags/a.ts": `import "../shared/defines.ts";\n${named("a")}`,
    "dags/b.ts": `import "./d.ts";\nimport "../shared/defines.ts";\n${named("b")}`,
    "dags/c.ts": 'import { make } from "../shared/make.ts";\nmake("c");\n',
    "dags/d.ts": named("d"),
    "dags/e.ts": 'import { make } from "../shared/make.ts";\nimport "./c.ts";\nmake("e");\n',
    "dags/f.ts": "const = 1;",
    "dags/g.ts": 'throw new Error("no");',
    "dags/h.ts": 'import "../shared/gone.ts";',
    "shared/stray.ts": `${named("stray")}void Promise.reject(new Error("late"));`,
    "dags/i.ts": 'import "../shared/stray.ts";\n',
    "dags/j.ts": 'import "../shared/stray.ts";\n',
  });
  const { bundle: _, ...built } = await loadProject(root);
  const { loaded } = await loadInParts(root, built.files, {}, size);
  expect(loaded).toEqual(built.byFile);
  expect(built.dags.map(({ file, model }) => `${file} ${model.id}`)).toEqual([
    "dags/a.ts shared",
    "dags/a.ts a",
    "dags/b.ts d",
    "dags/b.ts b",
    "dags/c.ts c",
    "dags/e.ts e",
    "dags/i.ts stray",
  ]);
  const told = built.diagnostics.map(({ text }) => text).filter((text) => text.includes("late"));
  expect(told).toEqual(["dags/i.ts cannot be evaluated: late"]);
});

function load(files: Readonly<Record<string, string>>, limits = {}) {
  return loadProject(write(files), limits);
}

function write(files: Readonly<Record<string, string>>): string {
  const root = createFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
