// `dagwright tasks logs` and `dags list`: what there is, and what to try when there is nothing.

import { beforeAll, describe, expect, it } from "vitest";
import { copyFixture } from "../support/built-project.ts";
import { type Ended, runCommandLine } from "../support/command-line.ts";

const environment = { AIRFLOW_CONN_WAREHOUSE: "postgres://user:generated-4711@host/db" };

let root: string;
beforeAll(async () => {
  root = copyFixture("dags-test");
  for (const dag of ["failing", "secretive"]) await run("dags", "test", dag, "--retry-delay", "0");
});
const run = (...args: string[]): Promise<Ended> => runCommandLine(args, { cwd: root, environment });

describe("tasks logs", () => {
  it.each([
    [
      ["failing", "always_fails"],
      "this is try 3\nError: no luck at try 3\n    at Object.handler (dags/report.ts:19:9)\n",
    ],
    [["failing", "always_fails", "--try", "1"], "this is try 1\n"],
  ])("%j", async (args, text) => {
    const { exitCode, stdout } = await run("tasks", "logs", ...args);
    expect(stdout.slice(0, text.length)).toBe(text);
    expect(exitCode).toBe(0);
  });

  it("hides the secrets that a bash task printed", async () => {
    expect((await run("tasks", "logs", "secretive", "leak")).stdout).toBe("url postgres://user:***@host/db\n");
  });

  it.each([
    [["failing", "nonsense"], "no task nonsense in run manual__", "it has always_fails, never_reached"],
    [["report", "print"], "no run of DAG report", "Try npx dagwright dags test report"],
    [
      ["failing", "always_fails", "manual__1"],
      "no run manual__1 of DAG failing",
      "Try npx dagwright dags test failing",
    ],
    [
      ["failing", "always_fails", "--try", "9"],
      "no log of try 9: the task is failed",
      "Try --try with an earlier number",
    ],
    [["failing", "never_reached"], "the task is upstream_failed and was never tried", "Try a task that it depends on"],
  ])("%j is refused", async (args, found, remedy) => {
    const { exitCode, stdout, stderr } = await run("tasks", "logs", ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`error: there is no such log: ${found}`);
    expect(stderr).toContain(remedy);
  });
});

describe("dags list", () => {
  it("is a table for people", async () => {
    const { stdout, exitCode } = await run("dags", "list");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^dag_id +schedule +tasks +tags +file\n/);
    expect(stdout).toMatch(/^report +0 0 \* \* \* \(UTC\) +2 +test +dags\/report\.ts$/m);
    expect(stdout).toMatch(/^failing +manual +2 +test +dags\/report\.ts$/m);
  });

  it("-o json is for programs", async () => {
    const dags = JSON.parse((await run("dags", "list", "-o", "json")).stdout) as { dag_id: string }[];
    expect(dags.find(({ dag_id }) => dag_id === "report")).toEqual({
      dag_id: "report",
      schedule: "0 0 * * * (UTC)",
      tasks: 2,
      tags: ["test"],
      file: "dags/report.ts",
    });
    expect(dags).toHaveLength(14);
  });
});
