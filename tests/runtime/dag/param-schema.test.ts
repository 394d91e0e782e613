// What values a param accepts: what real Airflow says of each of these schemas and values.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import { findParamFault, type ParamSchema } from "../../../runtime/dag/param-schema.ts";
import { type AirflowVersion, airflowPython, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";

const script = fileURLToPath(new URL("airflow-params.py", import.meta.url));

const schemas: readonly ParamSchema[] = [
  {},
  { type: "string" },
  { type: "integer" },
  { type: "number" },
  { type: "boolean" },
  { type: "array" },
  { type: "object" },
  { type: "null" },
  { type: ["integer", "null"] },
  { enum: ["a", 1, true, null, [1], { a: 1, b: 2 }] },
  { type: "string", enum: ["a", "b"] },
  { type: "integer", minimum: 1, maximum: 10 },
  { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 10 },
  { minimum: 1 },
  { type: "string", minLength: 2, maxLength: 3 },
  { maxLength: 0 },
  { pattern: "^[a-z]{2,}$" },
  { pattern: "b" },
  { type: "array", minItems: 1, maxItems: 2 },
  { format: "date" },
  { format: "date-time" },
  { format: "multiline" },
  { type: ["string", "null"], format: "date", minLength: 10 },
];
const values: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  10,
  10.5,
  11,
  1e21,
  "",
  "a",
  "b",
  "ab",
  "abc",
  "abcd",
  "Ünï",
  "😀😀",
  "😀😀😀😀",
  "line\nline",
  [],
  [1],
  [1, 2, 3],
  {},
  { a: 1, b: 2 },
  { b: 2, a: 1 },
  "2024-02-29",
  "2023-02-29",
  "20240229",
  "2024-2-9",
  "0000-01-01",
  "2024-01-01T00:00:00Z",
  "2024-01-01t00:00:00z",
  "2024-01-01T00:00:00.123+01:00",
  "2024-01-01T00:00:00+0100",
  "2024-01-01T00:00:00",
  "2024-01-01 00:00:00Z",
  "2024-01-01T24:00:00Z",
  "2024-02-30T00:00:00Z",
  "12:30:00",
  "12:30:00Z",
  "12:30",
  "25:00:00Z",
];

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)("%s accepts the same values", (version) => {
    const answers = ask(version);
    for (const [index, schema] of schemas.entries()) {
      const own = values.filter((value) => findParamFault(value, schema) === undefined);
      const accepted = values.filter((_, at) => answers[index]![at]);
      // Airflow checks moments only where Python's rfc3339-validator is installed, which is not everywhere.
      const isUnchecked = schema.format === "date-time";
      expect(own, JSON.stringify(schema)).toEqual(
        isUnchecked ? accepted.filter((value) => own.includes(value)) : accepted,
      );
    }
  });
});

it.each<[JsonValue, ParamSchema, string]>([
  ["1", { type: ["integer", "null"] }, "is not of type integer or null"],
  ["c", { enum: ["a", 1] }, 'is none of "a", 1'],
  [0, { minimum: 1 }, "is less than minimum 1"],
  ["abc", { maxLength: 2 }, "has 3 characters, more than 2"],
  ["A", { pattern: "^[a-z]+$" }, "does not match pattern ^[a-z]+$"],
  ["tomorrow", { format: "date" }, "is no date"],
  ["2024-02-30T00:00:00Z", { format: "date-time" }, "is no date-time"],
  ["2024-01-01T00:00:00", { format: "date-time" }, "is no date-time"],
])("%j %s", (value, schema, fault) => {
  expect(findParamFault(value, schema)).toBe(fault);
});

function ask(version: AirflowVersion): boolean[][] {
  const home = createFolder();
  const { stdout, stderr, status } = spawnSync(airflowPython(version), [script], {
    input: JSON.stringify(schemas.map((schema) => ({ schema, values }))),
    env: { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: "False" },
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(stderr.slice(-3000));
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as boolean[][];
}
