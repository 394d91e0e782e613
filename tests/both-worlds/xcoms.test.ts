// Any JSON value travels from task to task, standalone and in real Airflow; what Airflow cannot carry is refused in both, without a retry.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { JsonValue } from "../../runtime/dag/json.ts";
import { maxXComBytes, maxXComDepth } from "../../runtime/task/to-xcom.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, copyFixture } from "../support/built-project.ts";
import { createDatabase } from "../support/databases.ts";
import { randomFrom } from "../support/random.ts";
import { randomJson } from "../support/random-json.ts";
import { dagsTest } from "../support/standalone.ts";

const seed = Number(process.env["DAGWRIGHT_TEST_SEED"] ?? 20_260_101);
const count = 250;

/** A null of its own is none to Airflow 3.0. */
const values: readonly JsonValue[] = [deepest(), ...randomValues()].map((value) => value ?? [value]);

function randomValues(): JsonValue[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => randomJson(random));
}

/** The list that a task returns them in is a level, too. */
function deepest(): JsonValue {
  let value: JsonValue = 1;
  for (let depth = 1; depth < maxXComDepth; depth++) value = depth % 2 === 0 ? [value] : { value };
  return value;
}

const carriedXComs = {
  ...Object.fromEntries(values.map((value, index) => [`value_${index}`, value])),
  return_value: values,
};
/** As large as one may be: 6 bytes each time, and two quotes. */
const largeText = "😀ß".repeat(2_796_202);
const largeArrives = [largeText.length, createHash("sha256").update(JSON.stringify(largeText)).digest("hex")];

const refusals = {
  reserved_key: "$.rows[1].__classname__",
  python_object: "$[0].__type",
  rounded_integer: "$.id",
  half_a_character: "$[0]",
  nul: String.raw`$["a\u0000b"]`,
  not_a_number: "number NaN",
  too_large: "16,777,218 bytes",
  too_deep: `more than ${maxXComDepth} levels`,
  by_key: '"a/b"',
};
const eachRefused = <T>(value: T) => Object.fromEntries(Object.keys(refusals).map((task) => [task, value]));

let root: string;
let dags: string;
beforeAll(async () => {
  root = copyFixture("xcoms");
  // As text of JSON: in a literal `__proto__` would be no key.
  const text = `export const values = JSON.parse(${JSON.stringify(JSON.stringify(values))});\n`;
  writeFileSync(join(root, "shared", "values.ts"), text);
  dags = join(await buildProject(root), "dags");
});

it("the largest value of the tests is as large as it may be", () => {
  expect(maxXComBytes - Buffer.byteLength(JSON.stringify(largeText))).toBeLessThan(6);
});

describe(`standalone, seed ${seed}`, () => {
  it("every value arrives", async () => {
    const { runState, xcoms, errors } = await dagsTest("carrying", [], { cwd: root });
    expect(runState, JSON.stringify(errors)).toBe("success");
    expectCarried(xcoms);
  });

  it("a value of the largest size arrives", async () => {
    const { xcoms } = await dagsTest("large", [], { cwd: root });
    expect(xcoms["get"]).toEqual({ return_value: largeArrives });
  });

  it("what Airflow does not carry fails once, and is named", async () => {
    const run = await dagsTest("refusing", [], { cwd: root });
    expect(run).toMatchObject({ states: eachRefused("failed"), tries: eachRefused(1), xcoms: {} });
    for (const [task, found] of Object.entries(refusals)) expect(run.errors[task], task).toContain(found);
  });
});

describeWithPython(`real Airflow, seed ${seed}`, () => {
  it.each(airflowVersions)(
    "%s: the same values arrive, and the same are refused",
    async (version) => {
      const airflow = createAirflowHome(version, dags, { AIRFLOW__LOGGING__LOGGING_LEVEL: "ERROR" });
      const { runs, output } = await airflow.dagsTestAll(["carrying", "refusing", "large"]);
      expect(runs["carrying"]!.runState, output.slice(-3_000)).toBe("success");
      expectCarried(runs["carrying"]!.xcoms);
      expect(runs["large"]!.xcoms["get"]).toEqual({ return_value: largeArrives });
      expect(runs["refusing"]).toMatchObject({ states: eachRefused("failed"), tries: eachRefused(1), xcoms: {} });
      const lines = output.replaceAll(/\s+/g, " ");
      for (const found of Object.values(refusals)) expect(lines).toContain(found);
    },
    300_000,
  );
});

describe("PostgreSQL, in which most Airflows keep their XComs", () => {
  it.each([16, 18] as const)("%i: its jsonb holds every value", async (version) => {
    const database = await createDatabase(version);
    const rows = await database.query<{ value: JsonValue }>(
      "SELECT value::jsonb AS value FROM unnest($1::text[]) WITH ORDINALITY AS each (value, number) ORDER BY number",
      [values.map((value) => JSON.stringify(value))],
    );
    expect(rows.map(({ value }) => value)).toEqual(values);
  });
});

/** Value by value: which one differs is the first thing to know. */
function expectCarried(xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>): void {
  const { return_value: returned, ...set } = xcoms["set"]!;
  const got = xcoms["get"]!["return_value"] as readonly string[];
  for (const [index, value] of values.entries()) {
    expect(set[`value_${index}`], `value ${index}`).toEqual(value);
    expect(JSON.parse(got[index]!), `value ${index}, to the next task`).toEqual(value);
  }
  expect(returned).toEqual(carriedXComs.return_value);
  expect(Object.keys(set).length).toBe(values.length);
}
