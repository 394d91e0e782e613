// The emitter against its golden files, which are reviewed like code. To accept a change: npx vitest run tests/generator/emit -u

import { readdirSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { emitAirflow } from "../../../generator/emit/emit-airflow.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { type GoldenFile, goldenFiles, goldenFolder } from "./golden-files.ts";

let files: GoldenFile[];
beforeAll(async () => {
  files = await goldenFiles();
});

test("every golden file is what the emitter makes now", async () => {
  for (const { name, text } of files) await expect(text, name).toMatchFileSnapshot(`${goldenFolder}${name}`);
});

test("every golden file belongs to a DAG", () => {
  expect(readdirSync(goldenFolder).sort()).toEqual(files.map(({ name }) => name).sort());
});

test("generated Python holds nothing invisible, with no line end but LF and one at its end", () => {
  for (const { name, text } of files) expect(text, name).toMatch(/^[\n\p{L}\p{N}\p{P}\p{S} ]*[^\n]\n$/u);
});

test("a model gives the same bytes again, also after a way through JSON", () => {
  for (const { name, model, text } of files) {
    const facts = { file: /Source: (.*?)\. To/.exec(text)![1]!, definition: /sha256: (.*)/.exec(text)![1]! };
    expect(emitAirflow(model, facts), name).toBe(text);
    expect(emitAirflow(JSON.parse(JSON.stringify(model)) as DagModel, facts), name).toBe(text);
  }
});
