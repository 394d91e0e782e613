// `dagwright dags test` as its user sees it, without a terminal: lines, JSON, exit codes, refusals.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { copyFixture, createFolder } from "../support/built-project.ts";
import { type Ended, runCommandLine } from "../support/command-line.ts";
import { dagsTest } from "../support/standalone.ts";

let root: string;
beforeAll(() => {
  root = copyFixture("dags-test");
});
const test = (...args: string[]): Promise<Ended> => runCommandLine(["dags", "test", ...args], { cwd: root });

describe("what is printed", () => {
  it("is a line for each change of a state, between the run's id and its end", async () => {
    const { stdout, stderr, exitCode } = await test("report");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.replaceAll(/\d\d:\d\d:\d\d/g, "TIME").replaceAll(/\d+\.\d s/g, "N s")).toMatch(
      /^report {2}manual__\d{4}-\d\d-\d\dTTIME(\.\d+)?\+00:00\nTIME {2}read_params {2}running\nTIME {2}read_params {2}success in N s\nTIME {2}print {2}running\nTIME {2}print {2}success in N s\nreport success\n$/,
    );
  });

  it("says after a failure what went wrong and where the log is", async () => {
    const { stdout, stderr, exitCode } = await test("failing", "--retry-delay", "0");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/always_fails {2}up_for_retry in .* s: no luck at try 1\n/);
    expect(stdout).toMatch(/always_fails {2}failed \(try 3\) in .* s: no luck at try 3\n/);
    expect(stdout).toMatch(/never_reached {2}upstream_failed.*\nfailing failed\n$/);
    expect(stderr).toBe(
      "\nalways_fails failed at try 3: no luck at try 3\n  log: npx dagwright tasks logs failing always_fails\n",
    );
  });

  it("with --json is the result alone", async () => {
    const { stdout, exitCode, runState, states } = await dagsTest("report", [], { cwd: root });
    expect({ exitCode, runState, states }).toEqual({
      exitCode: 0,
      runState: "success",
      states: { read_params: "success", print: "success" },
    });
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(["version", "dagId", "runId", "state", "tasks", "xcoms"]);
  });

  it("with --json is on stdout alone when the run fails, too", async () => {
    const run = await dagsTest("failing", ["--retry-delay", "0"], { cwd: root });
    expect(run).toMatchObject({
      exitCode: 1,
      runState: "failed",
      errors: { always_fails: "no luck at try 3" },
      tries: { always_fails: 3, never_reached: 0 },
    });
  });
});

describe("tasks at the same time", () => {
  type Times = Record<string, { return_value: { start: number; end: number } }>;
  const timesOf = async (dagId: string) => {
    const { xcoms } = await dagsTest(dagId, [], { cwd: root });
    return Object.values(xcoms as Times)
      .map(({ return_value }) => return_value)
      .sort((left, right) => left.start - right.start);
  };

  it("run side by side", async () => {
    const { states } = await dagsTest("parallel", [], { cwd: root });
    expect(states).toEqual({ a: "success", b: "success", c: "success" });
  });

  it("run one after the other with maxActiveTasks 1", async () => {
    const [first, second, third] = await timesOf("serial");
    expect(first!.end).toBeLessThanOrEqual(second!.start);
    expect(second!.end).toBeLessThanOrEqual(third!.start);
  });
});

it("a project with errors runs nothing, shows them, and exits with 1", async () => {
  const project = createFolder();
  mkdirSync(join(project, "dags"));
  writeFileSync(join(project, "dags", "broken.ts"), 'throw new Error("while it is defined");\n');
  const { exitCode, stdout, stderr } = await runCommandLine(["dags", "test", "any"], { cwd: project });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain("while it is defined");
});

it("a run that breaks off ends what runs, exits with 2 and says what broke it", async () => {
  const project = copyFixture("dags-test");
  mkdirSync(join(project, ".dagwright"));
  writeFileSync(join(project, ".dagwright", "logs"), "a file where the logs' folder should be");
  const { exitCode, stdout, stderr } = await runCommandLine(["dags", "test", "report"], { cwd: project });
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/read_params {2}failed.*: the run was broken off: the task's log cannot be written/);
  expect(stderr).toContain("the task's log cannot be written");
  expect(stderr).not.toContain("    at ");
});

it("folders of tries that a lost store left behind do no harm", async () => {
  await test("report");
  const stale = join(root, ".dagwright", "attempts", "1", "read_params.1");
  for (const suffix of ["", "-wal", "-shm"]) rmSync(join(root, ".dagwright", `dagwright.db${suffix}`), { force: true });
  mkdirSync(stale, { recursive: true });
  writeFileSync(join(stale, "result.json"), '{"outcome": "failed", "xcoms": {"stale": 1}}');
  expect(await dagsTest("report", [], { cwd: root })).toMatchObject({ runState: "success" });
});
