import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig, supportedAirflowVersions } from "../../../generator/load/load-config.ts";
import { createFolder } from "../../support/built-project.ts";

test("without a file every supported Airflow is a target", async () => {
  expect(await loadConfig(createFolder())).toEqual({ airflow: supportedAirflowVersions });
});

test("versions come out ascending and once each", async () => {
  const config =
    'import { defineConfig } from "dagwright";\nexport default defineConfig({ airflow: ["3.3", "3.0", "3.3"] });';
  expect(await loadConfig(createConfig(config))).toEqual({ airflow: ["3.0", "3.3"] });
});

test.each([
  ["export const x = 1;", /not an object \(dagwright.config.ts\): undefined/],
  ["export default [];", /not an object/],
  ["export default { airlow: [] };", /unknown configuration key .*"airlow".*Did you mean airflow\?/],
  ['export default { airflow: "3.0" };', /airflow is not a list of versions .*"3.0"/],
  ["export default { airflow: [] };", /airflow is not a list of versions/],
  ['export default { airflow: ["2.10"] };', /unsupported Airflow version .*"2.10".*Accepted: "3.0", /],
  ["export default { airflow: [3.1] };", /unsupported Airflow version .*3.1/],
  ['throw new Error("no database");', /cannot be evaluated \(dagwright.config.ts\): no database/],
  ["export default {", /cannot be bundled \(dagwright.config.ts:1:17\)/],
  ['import "./gone.ts";\nexport default {};', /cannot be bundled \(dagwright.config.ts:1:8\): Could not resolve/],
])("%j is refused", async (text, message) => {
  await expect(loadConfig(createConfig(text))).rejects.toThrow(message);
});

function createConfig(text: string): string {
  const root = createFolder();
  writeFileSync(join(root, "dagwright.config.ts"), text);
  return root;
}
