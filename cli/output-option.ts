// The one way to choose how a command shows its rows. Airflow's `-o`, with its four values.

import type { Option } from "./command.ts";

export type OutputFormat = "table" | "json" | "yaml" | "plain";

export const outputFormats: readonly OutputFormat[] = ["table", "json", "yaml", "plain"];

/** Of commands whose own words are Airflow's: without it they print those. */
export const outputOnDemand: Option = {
  type: "string",
  alias: "o",
  choices: ["table", "json", "yaml", "plain"],
  description: "table for people, json and yaml for programs, plain for cut and awk; default: in words",
};

export const outputOption: Option = {
  type: "string",
  alias: "o",
  choices: outputFormats,
  default: "table",
  description: "table for people, json and yaml for programs, plain for cut and awk",
};
