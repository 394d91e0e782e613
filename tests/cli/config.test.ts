// `dagwright config list|get-value`, and the settings that `dags test` heeds.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

const environment = { AIRFLOW__CORE__PARALLELISM: "8" };

let root: string;
beforeAll(() => {
  root = createFolder();
  writeFileSync(join(root, ".env"), "AIRFLOW__CORE__PARALLELISM=4\nAIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION=f\n");
});
const config = (...args: string[]) => runCommandLine(["config", ...args], { cwd: root, environment });

describe("config list", () => {
  it("is a text that airflow.cfg takes: the environment counts before .env, .env before the defaults", async () => {
    expect(await config("list")).toEqual({
      exitCode: 0,
      stdout: `[core]
parallelism = 8
max_active_tasks_per_dag = 16
max_active_runs_per_dag = 16
dags_are_paused_at_creation = False
max_consecutive_failed_dag_runs_per_dag = 0
default_pool_task_slot_count = 128

`,
      stderr: "",
    });
  });

  it("says above each what it does, where it is set and by what", async () => {
    const { stdout } = await config("list", "-d", "-s", "-V");
    expect(stdout).toContain(`
# The most task instances that run at the same time in each DAG run, where the DAG has no maxActiveTasks.
# Source: default
# Variable: AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG
max_active_tasks_per_dag = 16

`);
    expect(
      stdout
        .match(/^# Source: .*/gm)!
        .slice(0, 4)
        .map((line) => line.slice(10)),
    ).toEqual(["environment", "default", "default", ".env"]);
  });

  it("-o plain has a line for each", async () => {
    const { stdout } = await config("list", "-o", "plain", "--section", "core");
    expect(stdout.split("\n").map((line) => line.split(/ +/))).toEqual([
      ["section", "option", "value", "source"],
      ["core", "parallelism", "8", "environment"],
      ["core", "max_active_tasks_per_dag", "16", "default"],
      ["core", "max_active_runs_per_dag", "16", "default"],
      ["core", "dags_are_paused_at_creation", "False", ".env"],
      ["core", "max_consecutive_failed_dag_runs_per_dag", "0", "default"],
      ["core", "default_pool_task_slot_count", "128", "default"],
      [""],
    ]);
  });

  it("-o json keeps types", async () => {
    const rows = JSON.parse((await config("list", "-o", "json")).stdout) as { option: string; value: unknown }[];
    expect(rows.map(({ value }) => value)).toEqual([8, 16, 16, false, 0, 128]);
  });

  it("has nothing of a section that there is not, as Airflow", async () => {
    expect(await config("list", "--section", "webserver")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });
});

describe("config get-value", () => {
  it.each([
    ["core", "parallelism", "8\n"],
    ["CORE", "Dags_Are_Paused_At_Creation", "False\n"],
  ])("%s %s is %j", async (section, option, stdout) => {
    expect(await config("get-value", section, option)).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  it("warns of an option that there is not, names the nearest, and exits with 0, as Airflow", async () => {
    const stderr =
      'warning: runs without Airflow have no setting "core/paralelism" (did you mean "core/parallelism"?): see `npx dagwright config list` for those that there are\n';
    expect(await config("get-value", "core", "paralelism")).toEqual({ exitCode: 0, stdout: "", stderr });
  });

  it("refuses a value that is none", async () => {
    const ended = await runCommandLine(["config", "get-value", "core", "parallelism"], {
      cwd: root,
      environment: { AIRFLOW__CORE__PARALLELISM: "many" },
    });
    expect(ended).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        'error: a setting cannot be read (AIRFLOW__CORE__PARALLELISM, in the environment or in .env): "many"\n  fix: Write a whole number from 1 to 2147483647, or leave it out for 16\n',
    });
  });
});

describe("dags test", () => {
  let project: string;
  beforeAll(() => {
    project = createFolder();
    mkdirSync(join(project, "dags"));
    // Where two of them run at the same time, one finds the folder of the other, and fails.
    const held = join(project, "held");
    const dag = `import { Dag } from "dagwright";
const dag = new Dag("one_at_a_time", { tags: ["t"], defaultArgs: { retries: 0 } });
for (const id of ["a", "b", "c"]) dag.bash(id, "mkdir ${held} && sleep 0.5 && rmdir ${held}");
`;
    writeFileSync(join(project, "dags", "one-at-a-time.ts"), dag);
  });

  it.each(["PARALLELISM", "MAX_ACTIVE_TASKS_PER_DAG"])("heeds %s in .env", async (option) => {
    writeFileSync(join(project, ".env"), `AIRFLOW__CORE__${option}=1\n`);
    const { exitCode, stdout } = await runCommandLine(["dags", "test", "one_at_a_time"], { cwd: project });
    expect(stdout).toContain("one_at_a_time success");
    expect(exitCode).toBe(0);
  });

  it("refuses a bad value before there is a run", async () => {
    const { exitCode, stderr } = await runCommandLine(["dags", "test", "one_at_a_time"], {
      cwd: project,
      environment: { AIRFLOW__CORE__PARALLELISM: "" },
    });
    expect(stderr).toMatch(/^error: a setting cannot be read \(AIRFLOW__CORE__PARALLELISM, .*\): ""\n {2}fix: /);
    expect(exitCode).toBe(2);
  });
});
