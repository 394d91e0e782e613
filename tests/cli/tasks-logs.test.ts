// `dagwright tasks logs` and `dags list`: what there is, and what to try when there is nothing.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { on, once } from "node:events";
import { closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { copyFixture, createFolder } from "../support/built-project.ts";
import { type Ended, mainModule, runCommandLine } from "../support/command-line.ts";

const environment = { AIRFLOW_CONN_WAREHOUSE: "postgres://user:generated-4711@host/db" };

let root: string;
beforeAll(async () => {
  root = copyFixture("dags-test");
  for (const dag of ["failing", "secretive"]) await run("dags", "test", dag, "--retry-delay", "0");
});
/** The one log of the task `leak`, which tests may write anew. */
function logOfLeak(): string {
  const runs = join(root, ".dagwright", "logs", "dag_id=secretive");
  return join(runs, readdirSync(runs)[0]!, "task_id=leak", "attempt=1.log");
}
const startPrinting = () =>
  spawn(process.execPath, [mainModule, "tasks", "logs", "secretive", "leak"], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
const run = (...args: string[]): Promise<Ended> => runCommandLine(args, { cwd: root, environment });

describe("tasks logs", () => {
  it.each([
    [
      ["failing", "always_fails"],
      "this is try 3\nError: no luck at try 3\n    at Object.handler (dags/report.ts:21:9)\n",
    ],
    [["failing", "always_fails", "--try", "1"], "this is try 1\n"],
  ])("%j", async (args, beginning) => {
    const { exitCode, stdout } = await run("tasks", "logs", ...args);
    expect(stdout.slice(0, beginning.length)).toBe(beginning);
    expect(exitCode).toBe(0);
  });

  it("hides the secrets that a bash task printed", async () => {
    expect((await run("tasks", "logs", "secretive", "leak")).stdout).toBe("url postgres://user:***@host/db\n");
  });

  it("prints while it reads: a log may be larger than a string", async () => {
    const file = logOfLeak();
    rmSync(file);
    // Reading it to its end would be waiting for ever.
    execFileSync("mkfifo", [file]);
    // For reading, too: it opens before there is a reader.
    const log = openSync(file, "r+");
    const child = startPrinting();
    onTestFinished(() => {
      child.kill();
      rmSync(file);
    });
    writeSync(log, "the first line\n");
    expect(`${(await once(child.stdout!, "data"))[0]}`).toBe("the first line\n");
    const rest = text(child.stdout!);
    writeSync(log, "url postgres://user:generated-");
    writeSync(log, "4711@host/db\nthe end");
    closeSync(log);
    expect(await rest).toBe("url postgres://user:***@host/db\nthe end");
  });

  it("ends without a word when its reader has seen enough", async () => {
    writeFileSync(logOfLeak(), "a line of the log\n".repeat(1_000_000));
    const child = startPrinting();
    const said = text(child.stderr!);
    await once(child.stdout!, "readable");
    child.stdout!.destroy();
    expect((await once(child, "exit"))[0]).toBe(141);
    expect(await said).toBe("");
  });

  it.each([
    [
      ["failing", "nonsense"],
      /^error: there is no such task \(run manual__\S+ of DAG failing\): "nonsense"\n/,
      "It has: always_fails, never_reached",
    ],
    [["failing", "always_fail"], /of DAG failing\): "always_fail" \(did you mean "always_fails"\?\)\n/, "It has: "],
    [
      ["report", "print"],
      /^error: there is no such dag run: no run of DAG "report"\n/,
      "fix: Run it: npx dagwright dags test report",
    ],
    [["falling", "always_fails"], /no run of DAG "falling" \(did you mean "failing"\?\)\n/, "Run it: "],
    [
      ["failing", "always_fails", "manual__1"],
      /^error: there is no such dag run: "manual__1" of DAG failing\n/,
      "fix: The newest: manual__2",
    ],
    [
      ["failing", "always_fails", "--try", "9"],
      /^error: there is no such log: no log of try 9: the task is failed\n/,
      "Try --try with an earlier number",
    ],
    [
      ["failing", "never_reached"],
      /^error: there is no such log: the task is upstream_failed and was never tried\n/,
      "Try a task that it depends on",
    ],
  ])("%j is refused", async (args, found, remedy) => {
    const { exitCode, stdout, stderr } = await run("tasks", "logs", ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(found);
    expect(stderr).toContain(remedy);
  });
});

describe("tasks logs -f", () => {
  const follow = (...args: string[]) =>
    spawn(process.execPath, [mainModule, "tasks", "logs", "-f", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });

  it("prints what a task prints while it runs, and ends with its try", async () => {
    const test = spawn(process.execPath, [mainModule, "dags", "test", "slow"], { cwd: root, stdio: "pipe" });
    onTestFinished(() => void test.kill());
    // Its run is there.
    await untilPrinted(test, "slow_command  running");
    const follower = follow("slow", "slow_command");
    await untilPrinted(follower, "command runs\n");
    expect(follower.exitCode).toBeNull();
    test.kill("SIGINT");
    expect((await once(follower, "exit"))[0]).toBe(0);
  });

  it("of a try that has ended is what there is, and of a task that never comes to one is refused", async () => {
    const { stdout } = await run("tasks", "logs", "-f", "failing", "always_fails", "--try", "1");
    expect(stdout).toMatch(/^this is try 1\nError: no luck at try 1\n/);
    const { stderr, exitCode } = await run("tasks", "logs", "-f", "failing", "never_reached");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("was never tried") });
  });

  it("ends by Ctrl-C", async () => {
    const test = spawn(process.execPath, [mainModule, "dags", "test", "slow"], { cwd: root, stdio: "pipe" });
    onTestFinished(() => void test.kill());
    await untilPrinted(test, "slow_handler  running");
    const follower = follow("slow", "slow_handler");
    await untilPrinted(follower, "handler runs\n");
    follower.kill("SIGINT");
    expect((await once(follower, "exit"))[0]).toBe(130);
  });

  const untilPrinted = async (child: ChildProcess, text: string) => {
    let printed = "";
    for await (const chunk of on(child.stdout!, "data")) {
      printed += String(chunk[0]);
      if (printed.includes(text)) return;
    }
  };
});

it("of a project where nothing was run, tasks logs says so and leaves nothing behind", async () => {
  const folder = createFolder();
  const stderr =
    "error: there is no such dag run: nothing was run in this project\n  fix: Run a DAG: npx dagwright dags test DAG_ID\n";
  expect(await runCommandLine(["tasks", "logs", "a", "b"], { cwd: folder })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr,
  });
  expect(readdirSync(folder)).toEqual([]);
});

it("a run's mistyped id is met with the nearest", async () => {
  const runId = readdirSync(join(root, ".dagwright", "logs", "dag_id=failing"))[0]!.slice("run_id=".length);
  const { stderr } = await run("tasks", "logs", "failing", "always_fails", runId.slice(0, -1));
  expect(stderr).toContain(`of DAG failing (did you mean ${JSON.stringify(runId)}?)`);
});

describe("dags list", () => {
  it("is a table for people", async () => {
    const { stdout, exitCode } = await run("dags", "list");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^dag_id +schedule +paused +next_run +tasks +tags +file\n/);
    expect(stdout).toMatch(/^report +0 0 \* \* \* \(UTC\) .* 2 +test +dags\/report\.ts$/m);
    expect(stdout).toMatch(/^failing +manual .* 2 +test +dags\/report\.ts$/m);
  });

  it("-o json is for programs", async () => {
    const dags = JSON.parse((await run("dags", "list", "-o", "json")).stdout) as { dag_id: string }[];
    expect(dags.find(({ dag_id }) => dag_id === "report")).toEqual({
      dag_id: "report",
      schedule: "0 0 * * * (UTC)",
      is_paused: null,
      next_dagrun_run_after: expect.stringMatching(/T00:00:00\+00:00$/),
      tasks: 2,
      tags: ["test"],
      file: "dags/report.ts",
    });
    expect(dags).toHaveLength(14);
  });
});
