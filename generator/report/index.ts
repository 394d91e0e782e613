// Every reporter; the first one is the default.

import { jsonReporter } from "./json.ts";
import type { Reporter } from "./reporter.ts";
import { textReporter } from "./text.ts";

export const reporters: readonly Reporter[] = [textReporter, jsonReporter];
