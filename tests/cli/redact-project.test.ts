import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { redactValues } from "../../cli/redact-project.ts";
import { createRedactor } from "../../runtime/connections/redact.ts";
import { createFolder } from "../support/built-project.ts";
import { dagsTest } from "../support/standalone.ts";

test.each([
  ["s3cret-word", "***"],
  ["a s3cret-word inside", "a *** inside"],
  [{ deep: ["s3cret-word", { key: "s3cret-word" }] }, { deep: ["***", { key: "***" }] }],
  [{ "s3cret-word": 1 }, { "s3cret-word": 1 }],
  [40718, "***"],
  [40719, 40719],
  ["word", "word"],
  [null, null],
  [true, true],
])("%j is shown as %j: values without secrets, keys as they are", (value, shown) => {
  expect(redactValues(value, createRedactor(["s3cret-word", "40718", "word"]))).toEqual(shown);
});

test("dags test --json shows what tasks return as their logs do: without the secrets of the project's connections", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dags"));
  writeFileSync(
    join(root, ".env"),
    "AIRFLOW_CONN_WAREHOUSE='postgres://me:pass%2Fw0rd@host/db'\nAIRFLOW_CONN_SHORT='postgres://me:abcd@host/db'\n",
  );
  writeFileSync(
    join(root, "dags", "tells.ts"),
    `import { Dag } from "dagwright";
const dag = new Dag("tells");
dag.task("whole", () => "pass/w0rd")();
dag.task("within", () => ({ url: "postgres://me:pass%2Fw0rd@host/db", list: ["pass/w0rd"] }))();
dag.bash("bash", "echo pass/w0rd");
dag.task("short", () => "abcd")();
`,
  );
  const { stdout, xcoms } = await dagsTest("tells", [], { cwd: root });
  expect(xcoms).toEqual({
    whole: { return_value: "***" },
    within: { return_value: { url: "postgres://me:***@host/db", list: ["***"] } },
    bash: { return_value: "***" },
    short: { return_value: "abcd" },
  });
  expect(stdout).not.toMatch(/w0rd/);
});
