import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../support/command-line.ts";
import { copyCorpusCase } from "../support/corpus.ts";

test("a clean project: one line, exit code 0", async () => {
  const result = await runCommandLine(["lint"], { cwd: copyCorpusCase("sound") });
  expect(result).toEqual({ exitCode: 0, stdout: "4 DAGs in 3 files: no problems\n", stderr: "" });
});

test("findings: as a person sees them, exit code 1", async () => {
  const { exitCode, stdout } = await runCommandLine(["lint"], { cwd: copyCorpusCase("tags-missing") });
  expect(exitCode).toBe(1);
  expect(stdout).toMatchInlineSnapshot(`
    "dags/tags.ts:3:1  error  tags-missing  DAG "none" has no tags
        1 | import { Dag } from "dagwright";
        2 |
      > 3 | new Dag("none", { defaultArgs: { retries: 2 } }); // expect tags-missing
          | ^
      fix: add tags that say what it is about and whose it is: tags: ["sales", "team-data"]
      why: npx dagwright explain tags-missing

    dags/tags.ts:5:9  error  tags-missing  DAG "empty" has no tags
        3 | new Dag("none", { defaultArgs: { retries: 2 } }); // expect tags-missing
        4 | new Dag("empty", {
      > 5 |   tags: [], // expect tags-missing
          |         ^
      fix: add tags that say what it is about and whose it is: tags: ["sales", "team-data"]
      why: npx dagwright explain tags-missing

    2 problems (2 errors, 0 warnings) in 1 file
    "
  `);
});

test("paths narrow what is shown, relative to the working directory", async () => {
  const root = copyCorpusCase("duplicate-id");
  const cwd = join(root, "dags");
  const { stdout } = await runCommandLine(["lint", "b.ts"], { cwd });
  expect(stdout).not.toContain("dags/a.ts:7:10  error");
  expect(stdout).toContain("dags/b.ts:5:9  error  duplicate-id");
  expect(stdout).toMatch(/2 problems \(2 errors, 0 warnings\) in 1 file\n$/);
});

test.each([
  ["no/such/file.ts", /^error: no such file or folder: "no\/such\/file.ts"\n {2}fix: /],
  ["/", /^error: the path is outside of the project \(.*\): "\/"\n {2}fix: /],
])("the path %s is refused", async (path, stderr) => {
  const result = await runCommandLine(["lint", path], { cwd: copyCorpusCase("sound") });
  expect(result).toMatchObject({ exitCode: 2, stdout: "" });
  expect(result.stderr).toMatch(stderr);
});

test("--reporter json: one document on stdout and nothing else, whatever the DAG files print", async () => {
  const root = copyCorpusCase("tags-missing");
  writeFileSync(join(root, "dags", "prints.ts"), 'console.log("a word from the author");\n');
  const { exitCode, stdout, stderr } = await runCommandLine(["lint", "--reporter", "json"], { cwd: root });
  expect(exitCode).toBe(1);
  expect(stderr).toBe("a word from the author\n");
  const { version, diagnostics, summary } = JSON.parse(stdout);
  expect(version).toBe(1);
  expect(diagnostics[0]).toEqual({
    code: "tags-missing",
    severity: "error",
    file: "dags/tags.ts",
    line: 3,
    column: 1,
    text: 'DAG "none" has no tags',
    remedy: 'add tags that say what it is about and whose it is: tags: ["sales", "team-data"]',
  });
  expect(summary).toEqual({ errors: 2, warnings: 0, filesWithProblems: 1, filesNotLoaded: 0, dags: 3, files: 1 });
});

test("files that do not load: the summary tells of them, and counts no DAG of theirs", async () => {
  const root = copyCorpusCase("sound");
  writeFileSync(join(root, "dags", "broken.ts"), 'throw new Error("no");\n');
  writeFileSync(join(root, "dags", "unresolved.ts"), 'import "./gone.ts";\n');
  const text = await runCommandLine(["lint"], { cwd: root });
  expect(text.stdout).toMatch(
    /\n2 problems \(2 errors, 0 warnings\) in 2 files\n4 DAGs in 3 files loaded, 2 files could not be\n$/,
  );
  const json = await runCommandLine(["lint", "--reporter", "json"], { cwd: root });
  expect((JSON.parse(json.stdout) as { summary: unknown }).summary).toEqual({
    errors: 2,
    warnings: 0,
    filesWithProblems: 2,
    filesNotLoaded: 2,
    dags: 4,
    files: 3,
  });
});

test.each([
  [{ FORCE_COLOR: "1" }, true],
  [{ FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  [{ FORCE_COLOR: "0" }, false],
  [{}, false],
])("colours with %j and no terminal: %s", async (environment, hasColors) => {
  const { stdout } = await runCommandLine(["lint"], { cwd: copyCorpusCase("tags-missing"), environment });
  expect(stdout.includes("\u001b[")).toBe(hasColors);
});

test("a project folder with spaces and signs in its name has the same places", async () => {
  const root = join(copyCorpusCase("tags-missing"), "my (first) 100% project #1");
  mkdirSync(join(root, "dags"), { recursive: true });
  writeFileSync(join(root, "dags", "a.ts"), 'import { Dag } from "dagwright";\n\nnew Dag("a");\n');
  writeFileSync(join(root, "dags", "b.ts"), '\n\nthrow new Error("no");\n');
  const { stdout } = await runCommandLine(["lint"], { cwd: root });
  expect(stdout.match(/^dags\S+/gm)).toEqual(["dags/a.ts:3:1", "dags/a.ts:3:1", "dags/b.ts:3:7"]);
});

test("a mistake in the configuration is a known error", async () => {
  const root = copyCorpusCase("sound");
  writeFileSync(join(root, "dagwright.config.ts"), 'export default { airflw: ["3.0"] };\n');
  expect(await runCommandLine(["lint"], { cwd: root })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: 'error: unknown configuration key (dagwright.config.ts): "airflw"\n  fix: Did you mean airflow?\n',
  });
});

test("several reporters in one run: to the screen, and to files", async () => {
  const root = copyCorpusCase("tags-missing");
  const typed = ["lint", "--reporter", "text", "--reporter", "sarif:out/lint.sarif", "--reporter", "junit:lint.xml"];
  const { exitCode, stdout, stderr } = await runCommandLine(typed, { cwd: root });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "out/lint.sarif written\nlint.xml written\n" });
  expect(stdout).toMatch(/2 problems/);
  expect(JSON.parse(readFileSync(join(root, "out", "lint.sarif"), "utf8")).runs[0].results).toHaveLength(2);
  expect(readFileSync(join(root, "lint.xml"), "utf8")).toContain('<testsuite name="dags/tags.ts" tests="2"');
});

test("under GitHub Actions the lines of the pull request are marked, too", async () => {
  const root = copyCorpusCase("tags-missing");
  mkdirSync(join(root, ".git"));
  const project = join(root, "etl");
  mkdirSync(project);
  renameSync(join(root, "dags"), join(project, "dags"));
  const { stdout } = await runCommandLine(["lint"], { cwd: project, environment: { GITHUB_ACTIONS: "true" } });
  expect(stdout).toContain("2 problems (2 errors, 0 warnings) in 1 file\n::error file=etl/dags/tags.ts,line=3,col=1,");
});

test("a report that cannot be written: what, where, and exit code 2", async () => {
  const root = copyCorpusCase("sound");
  const { exitCode, stderr } = await runCommandLine(
    ["lint", "--reporter", `json:dags/${readdirSync(join(root, "dags"))[0]}/x.json`],
    { cwd: root },
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("the report cannot be written"),
  });
});

test("a DAG's mistake in a module that builds it is shown for the DAG's file, too", async () => {
  const root = copyCorpusCase("sound");
  mkdirSync(join(root, "parts"));
  const factory = 'import { Dag } from "dagwright";\nexport const create = (id: string) => new Dag(id);\n';
  writeFileSync(join(root, "parts", "create.ts"), factory);
  const dag = 'import { create } from "../parts/create.ts";\ncreate("made");\n';
  writeFileSync(join(root, "dags", "made.ts"), dag);
  const { exitCode, stdout } = await runCommandLine(["lint", "dags/made.ts"], { cwd: root });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^parts\/create.ts:2:\d+ {2}error {2}tags-missing/m);
});

test("warnings alone do not fail a lint, unless there are more than allowed", async () => {
  const cwd = copyCorpusCase("cron-both-days");
  const codeOf = async (...more: string[]) => (await runCommandLine(["lint", ...more], { cwd })).exitCode;
  expect([await codeOf(), await codeOf("--max-warnings", "1"), await codeOf("--max-warnings", "0")]).toEqual([0, 0, 1]);
});
