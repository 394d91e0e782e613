// An Airflow variable as the value of an operator's option: its key stands in the DAG, its value is read when the task runs.
// Identity goes by Symbol.for, as everywhere in definitions.

import { reportMistake, toMistakes } from "./mistake.ts";
import { type KnownOptions, readOptions } from "./options.ts";
import { callSiteOf } from "./registry.ts";
import { text } from "./shapes.ts";
import { type VariableRef, variableBrand } from "./variable-ref.ts";

export interface VariableOptions {
  /** What the task gets where the variable does not exist. Default: none, and the task fails then. */
  readonly default?: string;
}

const known: KnownOptions<VariableOptions> = { default: text };

/**
 * An Airflow variable as the value of an operator's option, read when the task runs: nothing is asked for while the DAG is defined. Airflow's
 * `Variable.get(key, default)`.
 *
 * @example s3LatestObject({ bucket: variable("S3_BUCKET", { default: "backups" }) })
 */
export function variable(key: string, options: VariableOptions = {}): VariableRef {
  const call = callSiteOf(variable);
  const ofKey = toMistakes({ call, index: 0, where: "variable", name: "the key" }, text.findFaults(key));
  const { sound, faults } = readOptions<VariableOptions>(options, known);
  const ofOptions = toMistakes({ call, index: 1, where: "variable", name: "the second argument" }, faults);
  for (const mistake of [...ofKey, ...ofOptions]) reportMistake(mistake);
  return Object.freeze({
    [variableBrand]: true as const,
    key: typeof key === "string" ? key : "",
    default: sound.default ?? null,
  });
}
