import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { supportedAirflowVersions } from "../../../generator/load/check-config.ts";
import { loadConfig } from "../../../generator/load/load-config.ts";
import { createFolder } from "../../support/built-project.ts";

test("without a file every supported Airflow is a target", async () => {
  expect(await loadConfig(createFolder())).toMatchObject({ airflow: supportedAirflowVersions });
});

test("versions come out ascending and once each", async () => {
  const config =
    'import { defineConfig } from "dagwright";\nexport default defineConfig({ airflow: ["3.3", "3.0", "3.3"] });';
  expect(await loadConfig(createConfig(config))).toMatchObject({ airflow: ["3.0", "3.3"] });
});

test.each([
  ["export const x = 1;", /not an object \(dagwright.config.ts\): undefined/],
  ["export default [];", /not an object/],
  ["export default { airlow: [] };", /unknown configuration key .*"airlow".*Did you mean airflow\?/],
  ['export default { airflow: "3.0" };', /airflow is not a list of versions .*"3.0"/],
  ["export default { airflow: [] };", /airflow is not a list of versions/],
  ['export default { airflow: ["2.10"] };', /"2.10", which lacks airflow.sdk, where .*Accepted: "3.0", /],
  ['export default { airflow: ["3.0.6"] };', /"3.0.6", which is more than a minor version/],
  ['export default { airflow: ["3.4"] };', /"3.4", which the generated Python is not tested with/],
  ['export default { pools: "etl" };', /pools is not a list of names .*"etl". Write pools: \["etl"\]/],
  ["export default { airflow: [3.1] };", /unsupported Airflow version .*3.1/],
  ["export default { airflow: [3n, () => 1] };", /unsupported Airflow version .*3n/],
  ["export default Promise.resolve({});", /not an object .*a promise\. Await it/],
  ['\nthrow new Error("no database");', /cannot be evaluated \(dagwright.config.ts:2:7\): no database/],
  [
    'import { JSON5 } from "./other.ts";\nexport default JSON5();',
    /cannot be evaluated \(other.ts:2:9\): from another file/,
  ],
  ["throw undefined;", /cannot be evaluated \(dagwright.config.ts\): undefined/],
  ["process.exit(0);", /cannot be evaluated \(dagwright.config.ts\): called process.exit\(0\)/],
  ["await new Promise(() => {});\nexport default {};", /waits for a promise that never resolves/],
  ["for (;;);", /cannot be evaluated \(dagwright.config.ts\): did not end within 2 s/],
  ['process.kill(process.pid, "SIGKILL");', /was ended by SIGKILL/],
  [
    'setImmediate(() => { throw new Error("later"); });\nawait new Promise(() => setTimeout(() => {}, 60_000));',
    /cannot be evaluated \(dagwright.config.ts:1:28\): later/,
  ],
  ['Promise.reject(new Error("nobody awaits"));\nexport default {};', /dagwright.config.ts:1:16\): nobody awaits/],
  ["export default {", /cannot be bundled \(dagwright.config.ts:1:17\)/],
  ['import "./gone.ts";\nexport default {};', /cannot be bundled \(dagwright.config.ts:1:8\): Could not resolve/],
])("%j is refused", async (text, message) => {
  await expect(loadConfig(createConfig(text), { limitMs: 2_000 })).rejects.toThrow(message);
});

test("what it leaves open does not hold the command, nor does it exit with it", async () => {
  const config = 'setInterval(() => {}, 1000);\nprocess.on("exit", () => console.error("left"));\nexport default {};';
  expect(await loadConfig(createConfig(config))).toMatchObject({ airflow: supportedAirflowVersions });
});

test("a signal ends it", async () => {
  const reason = new Error("enough");
  const loading = loadConfig(createConfig("for (;;);"), { signal: AbortSignal.abort(reason) });
  await expect(loading).rejects.toBe(reason);
});

function createConfig(text: string): string {
  const root = createFolder();
  writeFileSync(join(root, "dagwright.config.ts"), text);
  writeFileSync(join(root, "other.ts"), 'export const JSON5 = () => {\n  throw new Error("from another file");\n};\n');
  return root;
}
