// The helper class in real Airflow: what it refuses, hides and ends.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { minSecretLength, sensitiveNames } from "../../runtime/connections/secrets.ts";
import { exitCodes, maxEnvironmentBytes, terminationGraceMs } from "../../runtime/contract.ts";
import { airflowPython, airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture, createFolder } from "../support/built-project.ts";

const password = `p@ss/w"ör d%1`;
const sslPassword = "Another-word-2";
const vault = JSON.stringify({ conn_type: "postgres", host: "h", password, extra: { sslpassword: sslPassword } });
/** Above 100 KB, the environment's bound of the contract; below 128 KiB, which Linux sets to this test. */
const largeExtra = { text: `"quotes" ünïcödé \\n 😀`.repeat(4_000) };

const retried = "AirflowException";
const final = "AirflowFailException";

let dags: string;
beforeAll(async () => {
  dags = join(await buildProject(copyFixture("airflow-helper")), "dags");
});

describeWithPython("NodeOperator", () => {
  it.each(airflowVersions)(
    "%s: ends at once without a declared connection or variable, hides secrets, passes large ones, ends what times out",
    async (version) => {
      const airflow = createAirflowHome(version, dags, {
        AIRFLOW_CONN_VAULT: vault,
        AIRFLOW_CONN_LARGE: JSON.stringify({ conn_type: "x", extra: largeExtra }),
        AIRFLOW_CONN_OTHER: "x://y",
        AIRFLOW_VAR_OTHER: "z",
      });
      const { runs, output } = await airflow.dagsTestAll(["missing", "secretive", "large", "timing"]);

      expect(runs["missing"]).toMatchObject({
        states: { needs_connection: "failed", needs_variable: "failed" },
        tries: { needs_connection: 1, needs_variable: 1 },
      });
      expect(output).toMatch(/AIRFLOW_CONN_NOT_THERE/);

      expect(runs["secretive"]!.xcoms["print_secrets"]!["return_value"]).toEqual(["AIRFLOW_CONN_VAULT"]);
      const forms = [password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1), sslPassword].concat(
        Buffer.from(password).toString("base64"),
        Buffer.from(password).toString("hex"),
      );
      // Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret.
      const lines = output.split("\n").filter((line) => !line.includes("msg=MaskSecret("));
      expect(lines.filter((line) => forms.some((form) => line.includes(form)))).toEqual([]);
      expect(output).toMatch(/raw \*\*\* percent \*\*\*/);

      const hash = createHash("sha256").update(JSON.stringify(largeExtra)).digest("hex");
      expect(runs["large"]!.xcoms).toEqual({ receive: { return_value: hash } });

      expect(runs["timing"]).toMatchObject({ states: { never_ends: "failed" } });
      const pid = /the task is process (\d+)/.exec(output)![1]!;
      expect(existsSync(`/proc/${pid}/cmdline`)).toBe(false);
    },
    240_000,
  );

  it.each(airflowVersions)(
    "%s: repeats what may pass, hides every form of a secret, says what to do, kills a task that does not listen",
    async (version) => {
      const airflow = createAirflowHome(version, dags);
      const code = readFileSync(new URL("operators-directly.py", import.meta.url), "utf8");
      const { output } = await airflow.python(code, dags);
      const found = JSON.parse(output.split("\n").find((line) => line.startsWith('{"constants"')) ?? output);

      expect(found.lookups).toMatchObject({
        "no connection": { raised: final, text: expect.stringMatching(/^The connection 'vault' does not exist/) },
        "no connection, by the API": { raised: final },
        "no variable, by the API": { raised: final },
        "the API is in trouble": { raised: "AirflowRuntimeError" },
        "another thing is missing": { raised: "AirflowRuntimeError" },
        "a module is missing": { raised: "ModuleNotFoundError", text: "No module named 'hvac'" },
        "it only sounds like it": { raised: "RuntimeError" },
      });
      expect(found.masking).toEqual({ "shown secrets": [], "hidden words": [] });

      expect(found.ends).toEqual({
        "exit 0 without a result": {
          raised: retried,
          text: expect.stringMatching(/left no result in .*\. Check that/),
        },
        "exit 3 without a result": {
          raised: retried,
          text: expect.stringMatching(/code 3 and left no result\. Its last/),
        },
        "exit 98 without a result": { raised: final, text: expect.stringMatching(/code 98 and left no result/) },
        "exit 126": { raised: final, text: expect.stringMatching(/^Node\.js cannot be started .*126.* Install/) },
        "not executable": { raised: final, text: expect.stringMatching(/^Node\.js cannot be started .*126.* Install/) },
        killed: {
          raised: retried,
          text: expect.stringMatching(/killed \(out of memory, or by hand\): exit code -9\. Give/),
        },
        "its child was killed": { raised: retried, text: expect.stringMatching(/killed .* 137\. Give/) },
      });

      expect(found.killing).toMatchObject({ alive: false, outcome: { raised: retried } });
      expect(found.killing.outcome.text).toMatch(/-9/);
      expect(found.killing.seconds).toBeGreaterThanOrEqual(4);
      // The task would go on for minutes.
      expect(found.killing.seconds).toBeLessThan(terminationGraceMs / 1_000 + 60);

      // What both sides of the contract must know is written down on both.
      expect(found.constants).toEqual({
        FAILED_FOR_GOOD: exitCodes.failedForGood,
        NO_NODE: [126, 127],
        MAX_ENVIRONMENT_BYTES: maxEnvironmentBytes,
        TERMINATION_GRACE_SECONDS: terminationGraceMs / 1_000,
        MIN_SECRET_LENGTH: minSecretLength,
        SENSITIVE_NAMES: sensitiveNames,
      });
    },
    120_000,
  );

  it.each(airflowVersions)(
    "%s: ends at once, in one sentence, on a worker without Node",
    async (version) => {
      const path = createFolder();
      mkdirSync(path, { recursive: true });
      for (const name of ["bash", "sh", "env"]) symlinkSync(`/bin/${name}`, join(path, name));
      const airflow = createAirflowHome(version, dags, {
        PATH: `${path}:${dirname(airflowPython(version))}`,
        AIRFLOW_CONN_VAULT: vault,
      });
      const run = await airflow.dagsTest("secretive");
      expect(run).toMatchObject({ states: { print_secrets: "failed" }, tries: { print_secrets: 1 } });
      expect(run.output.replaceAll(/\s+/g, " ")).toMatch(/Node\.js cannot be started on this worker \(exit code 127\)/);
    },
    120_000,
  );
});
