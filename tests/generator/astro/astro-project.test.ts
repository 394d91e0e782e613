// `dagwright build --astro` as a user runs it: an empty folder, one that `astro dev init` made, again, and with a mistake in every input.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { copyIncludes } from "../../../generator/astro/include-files.ts";
import { readAirflowSettings } from "../../../runtime/airflow-settings.ts";
import { createFolder } from "../../support/built-project.ts";
import { dagwright } from "../../support/standalone.ts";

const scaffold = [
  "Dockerfile",
  "requirements.txt",
  "packages.txt",
  "airflow_settings.yaml",
  ".dockerignore",
  ".gitignore",
  ".astro/config.yaml",
  "tests/dags/test_dag_example.py",
];

let root: string;
beforeEach(() => {
  root = createFolder();
  write("dags/films.ts", dagSource("films"));
  write("include/films.sql", "SELECT 1;\n");
  write("include/more/odd name.csv", "a,b\n");
});

describe("a folder that is not there", () => {
  test("becomes an Astro project: scaffold, DAGs, data, and what to do next", async () => {
    const run = await build();
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    const [dags, wrote, include, ...next] = run.stdout.trimEnd().split("\n");
    expect(dags).toMatch(/^astro\/dags: 1 DAG, \d+ files written$/);
    expect(wrote).toBe(`astro: wrote ${scaffold.join(", ")}`);
    expect(include).toBe("astro/include: 2 files copied");
    expect(next).toEqual([
      "next: fill in connections odd:#1\\x, warehouse; variables region; pools slow: in astro/airflow_settings.yaml, secrets in astro/.env",
      "      cd astro && astro dev start, or astro deploy",
    ]);
    expect(list("astro").filter((path) => !path.startsWith("dags/dagwright/"))).toEqual(
      [...scaffold, "dags/films.py", "include/films.sql", "include/more/odd name.csv"].sort(),
    );
    expect(read("astro/include/more/odd name.csv")).toBe("a,b\n");
    expect(read("astro/.astro/config.yaml")).toBe('project:\n  name: "astro"\n');
    expect(read("astro/packages.txt")).toBe("");
  });

  test.each([
    ['["3.0"]', "3.0-10"],
    ['["3.2", "3.1"]', "3.2-6"],
    ["undefined", "3.3-8"],
  ])("has the runtime of the newest Airflow that the project is for: %s", async (airflow, tag) => {
    write("dagwright.config.ts", `export default { airflow: ${airflow} };\n`);
    await build();
    expect(read("astro/Dockerfile")).toMatch(new RegExp(`^FROM astrocrpublic\\.azurecr\\.io/runtime:${tag}$`, "m"));
    // Astro's command line takes the first FROM for the runtime.
    expect(read("astro/Dockerfile").match(/^FROM /gm)).toHaveLength(1);
  });

  test("gets settings that name what the DAGs use, count for nothing while they are blank, and are read when filled in", async () => {
    await build();
    const none = { connections: new Map(), variables: new Map(), pools: new Map() };
    expect(readAirflowSettings(join(root, "astro"))).toEqual(none);
    expect(read("astro/airflow_settings.yaml")).toContain("# Used by films.");
    const filled = read("astro/airflow_settings.yaml")
      .replaceAll("conn_type:", "conn_type: postgres")
      .replace("variable_value:", "variable_value: eu")
      .replace("pool_slot:", "pool_slot: 2");
    write("astro/airflow_settings.yaml", filled);
    const { connections, variables, pools } = readAirflowSettings(join(root, "astro"));
    expect([...connections.keys()]).toEqual(["odd:#1\\x", "warehouse"]);
    expect([...variables]).toEqual([["region", "eu"]]);
    expect([...pools]).toEqual([["slow", { slots: 2, description: "" }]]);
  });

  test("gets no data folder and nothing to fill in where there is nothing", async () => {
    rmSync(join(root, "include"), { recursive: true });
    write("dags/films.ts", 'import { Dag } from "dagwright";\nnew Dag("films", {}).bash("say", "true");\n');
    expect((await build()).stdout).toMatch(/^next: cd astro && astro dev start, or astro deploy\n$/m);
    expect(list("astro").filter((path) => path.startsWith("include"))).toEqual([]);
    expect(readAirflowSettings(join(root, "astro")).pools.size).toBe(0);
  });

  test("may lie outside of the project, and in a path that a shell would split", async () => {
    const out = join(createFolder(), "My Films");
    const run = await build(out);
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/cd ".*My Films" && astro dev start/);
    expect(readFileSync(join(out, ".astro/config.yaml"), "utf8")).toContain('name: "my-films"');
  });
});

test("the second time nothing is written", async () => {
  await build();
  const before = snapshot("astro");
  const run = await build();
  expect(run.stdout).toMatch(/^astro\/dags: 1 DAG, 0 files written\nnext: /);
  expect(snapshot("astro")).toEqual(before);
});

describe("a folder that `astro dev init` made", () => {
  const made = {
    Dockerfile: "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n# node is not in it\n",
    "requirements.txt": "apache-airflow-providers-postgres\n",
    "packages.txt": "",
    "airflow_settings.yaml": "airflow:\n  connections:\n    - conn_id:\n",
    ".dockerignore": ".git\n",
    ".gitignore": ".env\n",
    ".env": "AIRFLOW_CONN_WAREHOUSE='postgres://h/d'\n",
    ".astro/config.yaml": "project:\n  name: theirs\n",
    "dags/exampledag.py": "# theirs\n",
    "dags/.airflowignore": "",
    "include/theirs.sql": "SELECT 2;\n",
    "tests/dags/test_dag_example.py": "# theirs\n",
  };
  beforeEach(() => {
    for (const [path, text] of Object.entries(made)) write(`astro/${path}`, text);
  });

  test("keeps every file, and the lines for its Dockerfile are told", async () => {
    const run = await build();
    expect(run.exitCode).toBe(0);
    for (const [path, text] of Object.entries(made)) expect(read(`astro/${path}`), path).toBe(text);
    expect(run.stdout).not.toContain("wrote");
    const left = scaffold.filter((path) => path !== "packages.txt");
    expect(run.stdout).toContain(`astro: left as they are: ${left.join(", ")}\n`);
    expect(run.stderr).toMatch(/^warning: astro: the Dockerfile puts no Node into the image.*\n$/);
    const lines = /Add the lines: (.*)\n/.exec(run.stderr)![1]!.split(" / ");
    expect(lines).toHaveLength(3);

    write("astro/Dockerfile", `${made.Dockerfile}${lines.join("\n")}\n`);
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "" });
    write("astro/Dockerfile", made.Dockerfile);
    write("astro/packages.txt", "nodejs\n");
    expect(await build()).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("has a DAG file of the same name: it is named, and nothing at all is written", async () => {
    write("astro/dags/films.py", "# theirs\n");
    rmSync(join(root, "astro/Dockerfile"));
    const before = snapshot("astro");
    const run = await build();
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toContain("dags/films.py");
    expect(snapshot("astro")).toEqual(before);
  });
});

describe("data", () => {
  test("that changed is copied, what it was written over is named, and what others put there stays", async () => {
    await build();
    write("astro/include/theirs.sql", "SELECT 2;\n");
    write("include/films.sql", "SELECT 3;\n");
    write("include/new.sql", "SELECT 4;\n");
    const run = await build();
    expect(run.stdout).toContain("astro/include: 2 files copied, over another content: include/films.sql\n");
    expect(read("astro/include/films.sql")).toBe("SELECT 3;\n");
    expect(read("astro/include/theirs.sql")).toBe("SELECT 2;\n");
    rmSync(join(root, "include/new.sql"));
    expect((await build()).stdout).not.toContain("copied");
    expect(read("astro/include/new.sql")).toBe("SELECT 4;\n");
  });

  test("of one length is compared to its last byte", async () => {
    write("include/dump", `${"x".repeat(2_500_000)}a`);
    await build();
    write("include/dump", `${"x".repeat(2_500_000)}b`);
    expect((await build()).stdout).toContain("over another content: include/dump\n");
    expect((await build()).stdout).not.toContain("copied");
  });

  test("behind links is copied; links in a circle and to nowhere are passed over", async () => {
    const elsewhere = createFolder();
    writeFileSync(join(elsewhere, "far.csv"), "far\n");
    symlinkSync(elsewhere, join(root, "include/linked"));
    symlinkSync(join(root, "include"), join(root, "include/more/circle"));
    symlinkSync(join(root, "nowhere"), join(root, "include/dangling"));
    expect((await build()).stdout).toContain("astro/include: 3 files copied\n");
    expect(read("astro/include/linked/far.csv")).toBe("far\n");
  });

  test("is copied no further after Ctrl-C, and no half of a file is left", async () => {
    const controller = new AbortController();
    const files = ["include/films.sql", "include/more/odd name.csv"].map((path) => ({ path, isUpdate: false }));
    const copying = copyIncludes(root, join(root, "astro"), files, controller.signal);
    controller.abort();
    await expect(copying).rejects.toThrow("aborted");
    expect(list("astro")).toEqual(["include/films.sql"]);
  });
});

describe("it is refused, and nothing is written", () => {
  test.each([
    [".", "it is the project's folder"],
    ["", "it is empty"],
    ["..", "the project lies in it"],
    ["dags/astro", "the project's dags folder"],
    ["include/astro", "the project's include folder"],
    ["node_modules/astro", "the project's node_modules folder"],
  ])("--astro %j", async (folder, reason) => {
    const run = await build(folder);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(
      /^error: the build cannot go there \(--astro\): .*\n {2}fix: Name the Astro project's own/,
    );
    expect(run.stderr).toContain(reason);
    expect(list(".")).toEqual(["dags/films.ts", "include/films.sql", "include/more/odd name.csv"]);
  });

  test.each([
    ["--out beside it", ["--astro", "astro", "--out", "build"], "--astro and --out name the same thing twice"],
    ["no folder", ["--astro"], "--astro takes a value"],
  ])("%s", async (_, typed, what) => {
    const run = await dagwright(["build", ...typed], { cwd: root });
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(new RegExp(`^error: ${what}\\n {2}fix: `));
    expect(list(".")).not.toContain("astro/Dockerfile");
  });

  test.each([
    ["a DAG that is not valid", "dags/films.ts", dagSource("not an id"), 1, "invalid-id"],
    ["a configuration with a mistake", "dagwright.config.ts", 'export default { airflow: ["2.9"] };\n', 2, '"2.9"'],
    ["a file in the place of the folder", "astro", "", 2, "A file stands where a folder is needed"],
  ])("%s", async (_, path, text, exitCode, found) => {
    write(path, text);
    const run = await build();
    expect(run).toMatchObject({ exitCode, stdout: "" });
    expect(run.stderr).toContain(found);
    expect(list(".")).not.toContain("astro/Dockerfile");
  });

  test.each([
    ["include", "", "the data files cannot be co"],
    ["tests", "", "the Astro project cannot be written"],
    ["Dockerfile/x", "", "the Astro project cannot be written"],
  ])("a file or folder stands where %s is needed: it is said where", async (path, text, what) => {
    write(`astro/${path}`, text);
    const run = await build();
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toMatch(new RegExp(`^error: ${what}.*\\(.*astro.*\\): E[A-Z]+: .*\\n {2}fix: `));
  });
});

describe("--check", () => {
  test("of a fresh project, and of its checkout, which has no settings: 0", async () => {
    await build();
    rmSync(join(root, "astro/airflow_settings.yaml"));
    const before = snapshot("astro");
    expect(await build("astro", "--check")).toMatchObject({
      exitCode: 0,
      stdout: "astro is up to date: 1 DAG\n",
      stderr: "",
    });
    expect(snapshot("astro")).toEqual(before);
  });

  test("of what its owner changed: 0, with the warning that the build gives", async () => {
    await build();
    write("astro/requirements.txt", "numpy\n");
    write("astro/Dockerfile", "FROM astrocrpublic.azurecr.io/runtime:3.1-12\n");
    const run = await build("astro", "--check");
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toMatch(/^warning: astro: the Dockerfile puts no Node.*\n$/);
  });

  test.each([
    [
      "a stale DAG",
      "dags/films.ts",
      dagSource("films").replace('["test"]', '["test", "new"]'),
      '+    tags={"new", "test"}',
    ],
    ["stale data", "include/films.sql", "SELECT 5;\n", "differs: include/films.sql\n"],
    ["missing data", "include/new.sql", "SELECT 6;\n", "missing: include/new.sql\n"],
  ])("of %s: 1, and nothing is written", async (_, path, text, shown) => {
    await build();
    write(path, text);
    const before = snapshot("astro");
    const run = await build("astro", "--check");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(shown);
    expect(run.stderr).toMatch(
      /^error: astro is stale: .*\n {2}fix: Run `npx dagwright build --astro astro` and commit/,
    );
    expect(snapshot("astro")).toEqual(before);
  });

  test("of a scaffold with a gap: 1, naming it", async () => {
    await build();
    rmSync(join(root, "astro/Dockerfile"));
    expect(await build("astro", "--check")).toMatchObject({ exitCode: 1, stdout: "missing: Dockerfile\n" });
  });

  test("of no project: 1, and none is made", async () => {
    const run = await build("astro", "--check");
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain("missing: Dockerfile\n");
    expect(list(".")).not.toContain("astro/Dockerfile");
  });
});

function dagSource(id: string): string {
  return `import { Dag } from "dagwright";
import { sql } from "dagwright/operators";
const dag = new Dag("${id}", { startDate: "2024-01-01", tags: ["test"], defaultArgs: { retries: 2 } });
dag.run("load", sql({ connection: "warehouse", text: "SELECT 1" }));
dag.task("work", () => "text", { connections: ["odd:#1\\\\x"], variables: ["region"], pool: "slow" })();
`;
}

function build(folder = "astro", ...args: string[]) {
  return dagwright(["build", `--astro=${folder}`, ...args], { cwd: root, environment: { NO_COLOR: "1" } });
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every file below, without the state that loading keeps. */
function list(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(root, folder), join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(".dagwright/"))
    .sort();
}

/** Path → content and time of change. */
function snapshot(folder: string): Record<string, string> {
  const describe = (path: string) => `${statSync(join(root, folder, path)).mtimeMs} ${read(join(folder, path))}`;
  return Object.fromEntries(list(folder).map((path) => [path, describe(path)]));
}
