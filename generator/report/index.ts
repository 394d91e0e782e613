// Every reporter; the first one is the default.

import { githubReporter } from "./github.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import type { Reporter } from "./reporter.ts";
import { sarifReporter } from "./sarif.ts";
import { textReporter } from "./text.ts";

export const reporters: readonly Reporter[] = [
  textReporter,
  jsonReporter,
  githubReporter,
  junitReporter,
  sarifReporter,
];
