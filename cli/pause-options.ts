// What `dags pause` and `dags unpause` take.

import type { Argument, Option } from "./command.ts";
import { yesOption } from "./confirm.ts";
import { type OutputFormat, outputOption } from "./output-option.ts";

export interface DagsPauseArgs {
  readonly dag_id: string;
  readonly treatDagIdAsRegex: boolean;
  readonly yes: boolean;
  readonly output: OutputFormat;
}

export const pauseArguments: readonly Argument[] = [{ name: "dag_id", description: "The DAG", required: true }];

export const pauseOptions: Readonly<Record<string, Option>> = {
  treatDagIdAsRegex: {
    type: "boolean",
    default: false,
    description: "All DAGs whose id this regular expression matches, in any part",
  },
  yes: yesOption,
  output: outputOption,
};
