// The one way to choose between a table and JSON. Airflow's `-o`.

import type { Option } from "./command.ts";

export const outputOption: Option = {
  type: "string",
  alias: "o",
  choices: ["table", "json"],
  default: "table",
  description: "table for people, json for programs",
};
