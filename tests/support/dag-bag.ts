// What a real Airflow reads out of a dags folder.

import { readFileSync } from "node:fs";
import { createAirflowHome } from "./airflow.ts";
import type { AirflowVersion } from "./python-environments.ts";

const script = readFileSync(new URL("../generator/emit/describe-dags.py", import.meta.url), "utf8");

export interface DagBag {
  /** File → traceback. */
  readonly errors: Readonly<Record<string, string>>;
  /** `file: text`, of every file that was imported. */
  readonly warnings: readonly string[];
  readonly dags: Readonly<Record<string, unknown>>;
}

export async function readDagBag(version: AirflowVersion, dagsFolder: string): Promise<DagBag> {
  const { output, exitCode } = await createAirflowHome(version, dagsFolder).python(script, dagsFolder);
  const line = output.split("\n").find((text) => text.startsWith('{"errors"'));
  if (line === undefined) throw new Error(`DagBag ended with ${exitCode}:\n${output.slice(-4000)}`);
  return JSON.parse(line) as DagBag;
}
