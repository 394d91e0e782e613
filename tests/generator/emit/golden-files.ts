// The golden models and the Airflow file of each. The definition's hash is fixed, so that the text moves with the emitter alone.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emitAirflow } from "../../../generator/emit/emit-airflow.ts";
import { loadProject } from "../../../generator/load/load-project.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { describe } from "../../../runtime/index.ts";
import { goldenDags } from "./golden-dags.ts";

export const goldenFolder = fileURLToPath(new URL("golden/", import.meta.url));
export const helperFile = fileURLToPath(new URL("../../../templates/airflow/operators.py", import.meta.url));
const repository = fileURLToPath(new URL("../../../", import.meta.url));

export interface GoldenFile {
  readonly name: string;
  readonly model: DagModel;
  readonly text: string;
}

/** The project's own pipelines and the DAGs of golden-dags.ts. */
export async function goldenFiles(): Promise<GoldenFile[]> {
  const { dags, diagnostics } = await loadProject(repository);
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics, null, 2));
  const made = goldenDags.map((dag) => ({ model: describe(dag), file: "dags/golden.ts" }));
  return [...dags, ...made].map(({ model, file }) => ({
    name: `${model.id}.py`,
    model,
    text: emitAirflow(model, { file, definition: "0123456789abcdef".repeat(4) }),
  }));
}

export function readGolden(name: string): string {
  return readFileSync(`${goldenFolder}${name}`, "utf8");
}
