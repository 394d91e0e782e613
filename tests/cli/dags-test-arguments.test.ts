// The arguments of `dagwright dags test`: what they do, and how wrong ones are refused.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { copyFixture } from "../support/built-project.ts";
import { type Ended, runCommandLine } from "../support/command-line.ts";
import { dagsTest } from "../support/standalone.ts";

let root: string;
beforeAll(() => {
  root = copyFixture("dags-test");
});
const test = (...args: string[]): Promise<Ended> => runCommandLine(["dags", "test", ...args], { cwd: root });

describe("arguments", () => {
  it("params are overridden by --conf; the logical date is what was given", async () => {
    const conf = ["--conf", '{"limit": 5, "more": [1]}'];
    const run = await dagsTest("report", ["2026-03-01T06:00:00+01:00", ...conf], { cwd: root });
    expect(run.xcoms["read_params"]).toEqual({
      return_value: {
        params: { limit: 5, name: "default", more: [1] },
        conf: { limit: 5, more: [1] },
        logicalDate: "2026-03-01T05:00:00+00:00",
      },
    });
    expect(run.xcoms["print"]).toEqual({ return_value: "last line" });
  });

  it("a schedule with data intervals gives the run the last whole one before its logical date", async () => {
    const run = await dagsTest("nightly", ["2026-01-01"], { cwd: root });
    expect(run.xcoms["read_interval"]).toEqual({
      return_value: {
        logicalDate: "2026-01-01T00:00:00+00:00",
        dataIntervalStart: "2025-12-30T02:00:00+00:00",
        dataIntervalEnd: "2025-12-31T02:00:00+00:00",
      },
    });
  });

  it("a param without a default is given by --conf, the others keep theirs", async () => {
    const run = await dagsTest("with_params", ["--conf", '{"day": "2024-02-29"}'], { cwd: root });
    expect(run.xcoms["read_params"]).toEqual({ return_value: { limit: 10, day: "2024-02-29" } });
  });

  it("--retry-delay takes the place of the DAG's", async () => {
    const run = await dagsTest("flaky", ["--retry-delay", "0.1"], { cwd: root });
    expect(run).toMatchObject({
      exitCode: 0,
      tries: { second_time_lucky: 2 },
      xcoms: { second_time_lucky: { return_value: "try 2" } },
    });
  });

  const date = (found: string) =>
    `error: the logical date is not a moment in time (second argument of \`dags test\`): "${found}"\n  fix: Write it as 2026-01-01 or 2026-01-01T06:00:00+01:00\n`;
  it.each([
    [["reprot"], 'error: there is no such DAG: "reprot" (did you mean "report"?)\n  fix: There are: failing, '],
    [["nothing-like-it"], 'error: there is no such DAG: "nothing-like-it"\n  fix: There are: failing, '],
    [["report", "yesterday"], date("yesterday")],
    [["report", "2026-02-30"], date("2026-02-30")],
    [["report", "2026-13-01"], date("2026-13-01")],
    [["report", "01.02.2026"], date("01.02.2026")],
    [["report", "2026-01-01T25:00"], date("2026-01-01T25:00")],
    [["report", "--conf", "{limit: 10}"], "error: the conf is a JSON object (--conf): {limit: 10} ("],
    [
      ["report", "--conf", "[1]"],
      "error: the conf is a JSON object (--conf): [1]\n  fix: Write it as --conf '{\"limit\": 10}'\n",
    ],
    [["report", "--retry-delay", "soon"], "error: "],
    [["report", "--retry-delay", "-1"], "error: the retry delay is a number of seconds (--retry-delay): -1\n"],
    [
      ["of_the_future"],
      "error: the logical date lies before the DAG's start date: Airflow would run none of its tasks (DAG of_the_future): logical date 2",
    ],
    [
      ["narrow"],
      'error: the DAG uses what one run by itself does not honour (DAG narrow): pool "narrow" of task in_a_pool\n  fix: Let a scheduler run it: `npx dagwright scheduler`, and `npx dagwright dags trigger narrow`; or test it with `airflow dags test`, or',
    ],
    [
      ["with_params", "--conf", '{"limit": 0}'],
      "error: the run's params are not what the DAG demands (DAG with_params): limit 0 is less than minimum 1; day is missing\n",
    ],
    [["report", "2023-12-31"], "error: the logical date lies before the DAG's start date"],
    [[], "error: "],
  ])("%j is refused with exit code 2", async (args, text) => {
    const { exitCode, stdout, stderr } = await test(...args);
    expect(stderr.slice(0, text.length)).toBe(text);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  it.each([
    ["2026-01-01", "2026-01-01T00:00:00+00:00"],
    ["2026-01-01 06:30", "2026-01-01T06:30:00+00:00"],
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00"],
    ["2026-06-01T00:00:00.250+0200", "2026-05-31T22:00:00.250000+00:00"],
  ])("%s is %s", async (given, logicalDate) => {
    const { xcoms } = await dagsTest("report", [given], { cwd: root });
    expect(xcoms["read_params"]).toMatchObject({ return_value: { logicalDate } });
  });
});

it("what is refused leaves no run behind", async () => {
  const cwd = copyFixture("dags-test");
  writeFileSync(join(cwd, ".env"), "AIRFLOW_CONN_WAREHOUSE\n");
  expect(await runCommandLine(["dags", "test", "report"], { cwd })).toMatchObject({ exitCode: 2 });
  expect(existsSync(join(cwd, ".dagwright", "dagwright.db"))).toBe(false);
});
