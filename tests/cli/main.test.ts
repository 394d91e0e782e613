import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { mainModule, runCommandLine } from "../support/command-line.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

test.each([[["--help"]], [[]]])("%j shows every command and exits with 0", async (typed) => {
  const { exitCode, stdout, stderr } = await runCommandLine(typed);
  expect(stdout).toMatch(/Commands:\n(.*\n)*\s+dagwright lint \[paths\.\.\]/);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

test("help of a command has its arguments, options and examples", async () => {
  const { stdout } = await runCommandLine(["lint", "--help"]);
  expect(stdout).toContain("--reporter");
  expect(stdout).toContain("Examples:\n  dagwright lint ");
});

test("--version is the package's", async () => {
  expect(await runCommandLine(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

test.each([
  [["lnt"], 'error: unknown command "lnt"\n  fix: Did you mean lint?\n'],
  [
    ["lint", "--reportr", "json"],
    "error: unknown option --reportr\n  fix: Did you mean --reporter? See dagwright lint --help\n",
  ],
  [
    ["lint", "--reporter", "xml"],
    'error: unknown reporter: "xml"\n  fix: Accepted: text, json, github, junit, sarif\n',
  ],
  [["lint", "--reporter", "sariff:x"], 'error: unknown reporter: "sariff"\n  fix: Did you mean sarif?\n'],
  [
    ["lint", "--reporter", "json:"],
    'error: the reporter\'s file has no name: "json:"\n  fix: Write --reporter json:FILE, or --reporter json\n',
  ],
  [
    ["lint", "--reporter", "text", "--reporter", "json"],
    "error: two reporters cannot share stdout: --reporter text --reporter json\n  fix: Give one of them a file: --reporter json:lint.json\n",
  ],
  [
    ["lint", "--reporter", "json:x", "--reporter", "sarif:x"],
    "error: two reporters write to one file: x\n  fix: Give each a file of its own\n",
  ],
  [
    ["lint", "--", "nope.ts"],
    'error: no such file or folder: "nope.ts"\n  fix: Name files and folders of the project, or leave them out for all of it\n',
  ],
  [
    ["lint", ""],
    'error: a path is empty: ""\n  fix: Name files and folders of the project, or leave them out for all of it\n',
  ],
  [["lint", "--project="], 'error: --project is not a folder: ""\n  fix: Name the folder that holds dags/\n'],
  [
    ["lint", "--reporter", "json:package.json"],
    "error: the report would overwrite a source: package.json\n  fix: Give it a name that is free, such as lint.sarif\n",
  ],
  [
    ["lint", "--max-warnings", "-1"],
    "error: --max-warnings is not a count: -1\n  fix: Write a whole number from 0 on\n",
  ],
  [
    ["lint", "--reporter"],
    "error: --reporter takes a value\n  fix: Write --reporter VALUE. See dagwright lint --help\n",
  ],
  [
    ["lint", "--project", "/no/such/folder"],
    'error: --project is not a folder: "/no/such/folder"\n  fix: Name the folder that holds dags/\n',
  ],
])("%j is refused with a remedy and exit code 2", async (typed, stderr) => {
  expect(await runCommandLine(typed)).toEqual({ exitCode: 2, stdout: "", stderr });
});

test("an unknown command without a near one lists those that there are", async () => {
  const { stderr } = await runCommandLine(["deploy-to-mars"]);
  expect(stderr).toMatch(/fix: Accepted: lint, /);
});

test("the project is the nearest folder that looks like one, above the working directory", async () => {
  const root = createProject();
  const below = join(root, "sql", "deep");
  mkdirSync(below, { recursive: true });
  expect((await runCommandLine(["lint"], { cwd: below })).stdout).toBe("1 DAG in 1 file: no problems\n");
});

test("--project names the folder from anywhere", async () => {
  const { stdout } = await runCommandLine(["lint", "--project", createProject()], { cwd: createFolder() });
  expect(stdout).toBe("1 DAG in 1 file: no problems\n");
});

test("a project without DAG files is a known error", async () => {
  const { exitCode, stderr } = await runCommandLine(["lint"], { cwd: createFolder() });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: no DAG files \(.*\): nothing matches dags\/\*\*\/\*\.ts\n {2}fix: /);
});

test("a reader that goes away is no error", async () => {
  const child = spawn(process.execPath, [mainModule, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, "close");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

test("Ctrl-C ends a running command with exit code 130", async () => {
  const root = createProject();
  writeFileSync(join(root, "dags", "endless.ts"), 'console.log("running");\nfor (;;);\n');
  const child = spawn(process.execPath, [mainModule, "lint"], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  await once(child.stderr, "data");
  child.kill("SIGINT");
  child.kill("SIGINT");
  // Closed, not only exited: no process is left that holds the other end.
  const [exitCode] = await once(child, "close");
  expect(exitCode).toBe(130);
});

function createProject(): string {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  const dag = `import { Dag } from "dagwright";\nnew Dag("sound", { tags: ["t"], defaultArgs: { retries: 2 } });\n`;
  writeFileSync(join(root, "dags", "sound.ts"), dag);
  return root;
}
