// `dagwright build` as a user runs it: what it writes, what it removes, what it refuses, and what --check says.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { buildFiles, manifestPath } from "../../../generator/build/build-files.ts";
import { writeBuild } from "../../../generator/build/write-build.ts";
import { readManifest } from "../../../runtime/manifest.ts";
import { airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { readDagBag } from "../../support/dag-bag.ts";
import { dagwright } from "../../support/standalone.ts";

let root: string;
beforeEach(() => {
  root = createFolder();
  write("dags/one.ts", dagSource("one"));
  write("dags/two.ts", dagSource("two"));
});

describe("a build", () => {
  test("is DAG files beside a folder with helper, manifest, task main and bundles", async () => {
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringContaining("2 DAGs") });
    expect(list("build/dags")).toEqual(["dagwright", "one.py", "two.py"]);
    const folder = list("build/dags/dagwright");
    expect(folder).toEqual([
      ".airflowignore",
      "__init__.py",
      "chunks",
      "manifest.json",
      "operators.py",
      "task-main.mjs",
    ]);
    expect(read("build/dags/dagwright/.airflowignore")).toBe("*\n");
    expect(read("build/dags/dagwright/operators.py")).toBe(
      readFileSync(new URL("../../../templates/airflow/operators.py", import.meta.url), "utf8"),
    );
    const { dags } = readManifest(join(root, "build/dags/dagwright"));
    expect(dags.map(({ model, file }) => [model.id, file])).toEqual([
      ["one", "dags/one.ts"],
      ["two", "dags/two.ts"],
    ]);
    for (const { model, definition, chunk } of dags) {
      expect(read(`build/dags/${model.id}.py`)).toContain(`# Definition sha256: ${definition}\n`);
      expect(existsSync(join(root, "build/dags/dagwright", chunk)), chunk).toBe(true);
    }
  });

  test("of one DAG says so, and of one file", async () => {
    rmSync(join(root, "dags/two.ts"));
    expect((await build()).stdout).toMatch(/^build\/dags: 1 DAG, \d+ files written\n$/);
    expect((await build("--check")).stdout).toBe("build is up to date: 1 DAG\n");
    rmSync(join(root, "build/dags/one.py"));
    expect((await build()).stdout).toBe("build/dags: 1 DAG, 1 file written\n");
    rmSync(join(root, "build/dags/one.py"));
    expect((await build("--check")).stderr).toBe(
      "error: build is stale: 1 difference from what the sources make\n  fix: Run `npx dagwright build` and commit the result\n",
    );
  });

  test("again: writes nothing, and touches nothing", async () => {
    await build();
    expect((await build()).stdout).toContain("0 files written");
  });

  test("after a change: new definition hash of that DAG alone; the bundle before it stays for tasks that run", async () => {
    await build();
    const before = { chunks: list("build/dags/dagwright/chunks"), two: read("build/dags/two.py") };
    write("dags/one.ts", dagSource("one", "changed"));
    await build();
    expect(list("build/dags/dagwright/chunks")).toEqual(expect.arrayContaining(before.chunks));
    expect(list("build/dags/dagwright/chunks").length).toBeGreaterThan(before.chunks.length);
    expect(read("build/dags/two.py")).toBe(before.two);
  });

  test("removes the file of a DAG that is gone, and no file of others", async () => {
    await build();
    write("build/dags/by_hand.py", "# mine\n");
    rmSync(join(root, "dags/two.ts"));
    expect((await build()).stdout).toContain("1 removed");
    expect(list("build/dags")).toEqual(["by_hand.py", "dagwright", "one.py"]);
  });

  test("takes the text of a .sql file in", async () => {
    write("dags/query.sql", "SELECT 'taken in';\n");
    write("dags/one.ts", `import text from "./query.sql";\n${dagSource("one").replace("() => `text`", "() => text")}`);
    await build();
    const { chunk } = readManifest(join(root, "build/dags/dagwright")).dags[0]!;
    expect(read(`build/dags/dagwright/${chunk}`)).toContain("SELECT 'taken in'");
    expect(list("build/dags/dagwright").concat(list("build/dags"))).not.toContain("query.sql");
  });
});

describe("a build that fails in the middle", () => {
  const files = async () => {
    const { loadProject } = await import("../../../generator/load/load-project.ts");
    return buildFiles(await loadProject(root));
  };

  test("leaves no manifest, so that nobody takes it for whole", async () => {
    const broken = new Map(await files());
    // A folder where the file beside must go: fails for every user, root too.
    mkdirSync(join(root, "build", `${[...broken.keys()].at(-2)}.part-${process.pid}`), { recursive: true });
    expect(() => writeBuild(join(root, "build"), broken)).toThrow();
    expect(existsSync(join(root, "build", manifestPath))).toBe(false);
  });

  test("leaves the manifest of the build before it, whose files are all still there", async () => {
    const out = join(root, "build");
    writeBuild(out, await files());
    const before = read(`build/${manifestPath}`);
    write("dags/one.ts", dagSource("one", "changed"));
    const changed = await files();
    const blocked = [...changed.keys()].find((path) => !existsSync(join(out, path)))!;
    mkdirSync(join(out, `${blocked}.part-${process.pid}`), { recursive: true });
    expect(() => writeBuild(out, changed)).toThrow();
    expect(read(`build/${manifestPath}`)).toBe(before);
    for (const { chunk } of readManifest(join(out, "dags/dagwright")).dags)
      expect(list("build/dags/dagwright/chunks")).toContain(chunk.slice("chunks/".length));
  });

  test("the manifest is the last of the files", async () => {
    expect([...(await files()).keys()].at(-1)).toBe(manifestPath);
  });
});

describe("a build is refused", () => {
  test.each([
    ["a DAG that breaks a validity rule", "dags/one.ts", dagSource("not an id"), 1, "invalid-id"],
    ["a file that does not bundle", "dags/one.ts", 'import "./missing.ts";', 1, "import-error"],
    ["a lone surrogate", "dags/one.ts", dagSource("one", "\\ud800"), 1, 'DAG \\"one\\"'],
    [
      "a path with other characters than plain ones",
      "dags/it's.ts",
      dagSource("three"),
      1,
      "rename the file or its folder",
    ],
  ])("%s: it says so, and nothing is written", async (_, file, text, exitCode, found) => {
    write(file, text);
    const run = await build();
    expect(run).toMatchObject({ exitCode, stdout: "" });
    expect(run.stderr.replaceAll('"', '\\"')).toContain(found);
    expect(existsSync(join(root, "build"))).toBe(false);
  });
});

describe("--out", () => {
  test.each([
    [".", "it is the project's folder"],
    ["", "it is empty"],
    ["..", "the project lies in it"],
    ["dags", "the project's dags folder"],
    ["dags/out", "the project's dags folder"],
    ["node_modules/out", "the project's node_modules folder"],
    [".dagwright", "the project's .dagwright folder"],
  ])("%j is no place for a build", async (out, reason) => {
    const before = list(".");
    const run = await build("--out", out);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: the build cannot go there \(--out\): .*\n {2}fix: /);
    expect(run.stderr).toContain(reason);
    expect(list(".")).toEqual(before);
    expect(list("dags")).toEqual(["one.ts", "two.ts"]);
  });

  test("a link that leads to the project is no place either", async () => {
    symlinkSync(join(root, "dags"), join(root, "elsewhere"));
    expect(await build("--out", "elsewhere/new")).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("may lie outside of the project", async () => {
    const out = createFolder();
    expect(await build("--out", out)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(existsSync(join(out, "dags", "one.py"))).toBe(true);
  });

  // /proc accepts no folders from anybody, and nothing can lie below a file or a device.
  test.each(["a-file", "a-file/below", "/dev/null/below", "/proc/below"])("%s cannot be written", async (out) => {
    write("a-file", "");
    const run = await build("--out", out);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: the build cannot be written \(.*\): E[A-Z]+: .*\n {2}fix: /);
  });
});

describe("a file that dagwright did not write", () => {
  test.each([
    ["a DAG file of the same name", "build/dags/two.py", "dags/two.py"],
    ["a folder of the same name", "build/dags/two.py/x", "dags/two.py"],
    ["a Python package named dagwright", "build/dags/dagwright/operators.py", "dags/dagwright/operators.py"],
  ])("%s: is named, and nothing is written", async (_, path, named) => {
    write(path, "# mine\n");
    const run = await build();
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: the build would write over what dagwright did not write \(.*\): /);
    expect(run.stderr).toContain(`: ${named}\n`);
    expect(read(path)).toBe("# mine\n");
    expect(existsSync(join(root, "build/dags/one.py"))).toBe(false);
  });

  test("in the place of a generated one whose DAG is gone: it stays", async () => {
    await build();
    write("build/dags/two.py", "# mine\n");
    rmSync(join(root, "dags/two.ts"));
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(read("build/dags/two.py")).toBe("# mine\n");
  });

  test("what an unfinished build left is ours", async () => {
    await build();
    rmSync(join(root, "build", manifestPath));
    write("dags/one.ts", dagSource("one", "changed"));
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

describe("build --check", () => {
  test("of a fresh build: 0", async () => {
    await build();
    expect(await build("--check")).toMatchObject({ exitCode: 0, stdout: "build is up to date: 2 DAGs\n", stderr: "" });
  });

  test("without a build: 1, and nothing is written", async () => {
    expect(await build("--check")).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("missing") });
    expect(existsSync(join(root, "build"))).toBe(false);
  });

  test("of what cannot be read: a known error", async () => {
    mkdirSync(join(root, "build/dags/one.py"), { recursive: true });
    const run = await build("--check");
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: the build cannot be read \(.*\): EISDIR.*\n {2}fix: /);
  });

  test("of a stale build: 1, with the differences of the DAG file as a diff", async () => {
    await build();
    write("dags/one.ts", dagSource("one", "changed").replace('tags: ["test"]', 'tags: ["test", "new"]'));
    const run = await build("--check");
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is stale") });
    expect(run.stdout).toContain('-    tags={"test"},\n+    tags={"new", "test"},\n');
    expect(run.stdout).toContain(`differs: ${manifestPath}`);
    expect(await build("--check")).toMatchObject({ exitCode: 1 });
  });

  test("with the file of a DAG that is gone: 1, naming it", async () => {
    await build();
    rmSync(join(root, "dags/two.ts"));
    expect(await build("--check")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("no longer defined: dags/two.py\n"),
    });
    expect(existsSync(join(root, "build/dags/two.py"))).toBe(true);
  });
});

describeWithPython("two builds in one dags folder", () => {
  test.each(airflowVersions)(
    "%s loads both",
    async (version) => {
      const dags = join(root, "all");
      for (const team of ["team_a", "team_b"]) {
        write("dags/one.ts", dagSource(`${team}.one`));
        write("dags/two.ts", dagSource(`${team}.two`));
        await build("--out", `builds/${team}`);
        mkdirSync(dags, { recursive: true });
        cpSync(join(root, "builds", team, "dags"), join(dags, team), { recursive: true });
      }
      const bag = await readDagBag(version, dags);
      expect(bag.errors).toEqual({});
      expect(Object.keys(bag.dags).sort()).toEqual(["team_a.one", "team_a.two", "team_b.one", "team_b.two"]);
    },
    120_000,
  );
});

function dagSource(id: string, text = "text"): string {
  return `import { Dag } from "dagwright";
const dag = new Dag("${id}", { startDate: "2024-01-01", tags: ["test"], defaultArgs: { retries: 2 } });
dag.task("work", () => \`${text}\`)();
dag.bash("say", \`echo ${text}\`);
`;
}

function build(...args: string[]) {
  return dagwright(["build", ...args], { cwd: root, environment: { NO_COLOR: "1" } });
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function list(path: string): string[] {
  return readdirSync(join(root, path)).sort();
}
