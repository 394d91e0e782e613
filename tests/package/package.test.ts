// What a user gets from npm: it is complete, it is typed, and it works in a project of its own.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { findNode24, installPackage, repository, run } from "./installed-package.ts";

let project: string;
let installed: string;
beforeAll(() => {
  project = installPackage();
  installed = join(project, "node_modules", "dagwright");
}, 300_000);

test("holds what is compiled, the templates and the words about it, and nothing else", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed, join(entry.parentPath, entry.name)));
  const folders =
    /^(dist\/(cli|generator|runtime)\/.*\.(js|d\.ts|js\.map)|templates\/.*|docs\/.*\.md|runtime\/sql-files\.d\.ts)$/;
  const single = ["package.json", "LICENSE", "README.md", "CHANGELOG.md"];
  expect(files.filter((file) => !folders.test(file) && !single.includes(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      "package.json",
      "LICENSE",
      "templates/airflow/dag.py.hbs",
      "templates/airflow/operators.py",
    ]),
  );
});

test("every entry, type and command that package.json names is there", () => {
  const { exports, bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
    bin: Record<string, string>;
  };
  const named = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : [entry["types"]!, entry["default"]!],
  );
  for (const path of [...named, ...Object.values(bin)]) expect(existsSync(join(installed, path)), path).toBe(true);
  expect(readFileSync(join(installed, bin["dagwright"]!), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test("Node takes the compiled files: the condition that leads to the sources is for this repository alone", () => {
  const code = 'console.log(import.meta.resolve("dagwright"), import.meta.resolve("dagwright/operators"))';
  const { output } = run(process.execPath, ["--input-type=module", "-e", code], project);
  expect(output.match(/dist\/runtime\/(operators\/)?index\.js/g)).toHaveLength(2);
});

test.each([
  ["NodeNext", "NodeNext"],
  ["ESNext", "Bundler"],
])(
  "a DAG file is type-checked with module %s and moduleResolution %s, .sql imports included",
  (module, moduleResolution) => {
    const compilerOptions = {
      module,
      moduleResolution,
      target: "ES2023",
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: true,
    };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["dags"] }));
    const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
    expect(run(process.execPath, [tsc, "-p", project], project)).toEqual({ exitCode: 0, output: "" });

    const wrong = readFileSync(join(project, "dags", "hello.ts"), "utf8").replace("{ n: measured }", '{ n: "one" }');
    writeFileSync(join(project, "dags", "wrong.ts"), wrong);
    const refused = run(process.execPath, [tsc, "-p", project], project);
    writeFileSync(join(project, "dags", "wrong.ts"), "export {};\n");
    expect(refused.output).toMatch(/^dags\/wrong\.ts\(\d+,\d+\): error TS2322/);
  },
);

test("rules of one's own are typed and run: the page about them is true", () => {
  const config = join(project, "dagwright.config.ts");
  const page = readFileSync(join(repository, "docs", "custom-rules.md"), "utf8");
  const text = /^```ts\n(.*?)^```$/ms.exec(page)![1]!;
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2023",
    strict: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["dagwright.config.ts"] }));
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const check = () => run(process.execPath, [tsc, "-p", project], project);
  writeFileSync(config, text.replace("options.prefix)", "options.prefixes)"));
  expect(check().output).toMatch(/^dagwright\.config\.ts\(\d+,\d+\): error TS2551/);
  writeFileSync(config, text);
  expect(check()).toEqual({ exitCode: 0, output: "" });
  expect(run("npx", ["dagwright", "lint"], project).output).toContain("custom/team-tag  no tag begins with squad-");
  rmSync(config);
}, 120_000);

test("npx dagwright lints, builds and runs it", () => {
  expect(run("npx", ["dagwright", "lint"], project)).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining("no problems"),
  });
  expect(run("npx", ["dagwright", "build"], project).exitCode).toBe(0);
  expect(readFileSync(join(project, "build", "dags", "hello.py"), "utf8")).toContain(
    'measure = NodeOperator(task_id="measure")',
  );
  const ran = run("npx", ["dagwright", "dags", "test", "hello", "--json"], project);
  expect(ran.exitCode, ran.output).toBe(0);
  expect(JSON.parse(ran.output)).toMatchObject({ state: "success", xcoms: { greet: { return_value: "hello 10" } } });
}, 120_000);

test("README's section on one's own project is true: its tarball, its files, its commands and what they print", () => {
  const { section, blocks } = readmeSection("In your own project");
  const { name, version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  expect(section).toContain(`${name}-${version}.tgz`);
  rmSync(join(project, "dags"), { recursive: true });
  mkdirSync(join(project, "dags"));
  writeFileSync(join(project, "tsconfig.json"), blocks.find(({ language }) => language === "json")!.text);
  writeFileSync(join(project, "dags", "hello.ts"), blocks.find(({ language }) => language === "ts")!.text);
  writeFileSync(join(project, ".env"), /AIRFLOW_CONN_WAREHOUSE='.*?'/.exec(section)![0]);

  const tsc = join(repository, "node_modules", ".bin", "tsc");
  const lines = blocks.at(-1)!.text.trim().split("\n");
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    const [typed, printed] = line.split(/ +# /) as [string, string];
    const [command, ...args] = typed.split(" ") as [string, ...string[]];
    const ended = args[0] === "tsc" ? run(tsc, [], project) : run(command, args, project);
    expect(ended.exitCode, `${typed}\n${ended.output}`).toBe(0);
    const words = printed === "types" ? "" : printed.split(",")[0]!;
    if (args[1] === "build") expect(existsSync(join(project, words)), words).toBe(true);
    else expect(ended.output).toContain(words);
  }
  const shown = run("npx", ["dagwright", "connections", "get", "warehouse", "-o", "json"], project);
  expect(JSON.parse(shown.output)).toMatchObject({ host: "localhost", schema: "films", login: "user" });
}, 120_000);

test("Node 24 lints it, and builds the same bytes", ({ skip }) => {
  const node = findNode24();
  if (!node) return skip("Node 24 cannot be had from npm here");
  const main = join(installed, "dist", "cli", "main.js");
  run(process.execPath, [main, "build"], project);
  expect(run(node, [main, "lint"], project)).toMatchObject({ exitCode: 0 });
  expect(run(node, [main, "build"], project)).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining("0 files written"),
  });
  // Each Node has its own SQLite module, and npm installs the one of the Node that it runs under.
  const ran = run(node, [main, "dags", "test", "hello", "--json"], project);
  expect(ran.output).toMatch(ran.exitCode === 0 ? /"state": "success"/ : /Run `npm install` with the Node that runs/);
}, 120_000);

/** A section of README, and its blocks of code in their order. */
function readmeSection(title: string) {
  const readme = readFileSync(join(repository, "README.md"), "utf8");
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`))!;
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return { section, blocks: blocks.map(([, language, text]) => ({ language: language!, text: text! })) };
}
