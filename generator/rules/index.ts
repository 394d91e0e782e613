// Every rule: validity first, then conventions.

import { badCron } from "./bad-cron.ts";
import { bashTemplate } from "./bash-template.ts";
import { cycle } from "./cycle.ts";
import { duplicateId } from "./duplicate-id.ts";
import { importError } from "./import-error.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { invalidId } from "./invalid-id.ts";
import { missingStartDate } from "./missing-start-date.ts";
import { retriesMinimum } from "./retries-minimum.ts";
import type { Rule } from "./rule.ts";
import { tagsMissing } from "./tags-missing.ts";
import { undeclaredConnection } from "./undeclared-connection.ts";
import { undeclaredVariable } from "./undeclared-variable.ts";
import { unplacedTask } from "./unplaced-task.ts";

export const rules: readonly Rule[] = [
  importError,
  invalidId,
  duplicateId,
  unplacedTask,
  cycle,
  badCron,
  missingStartDate,
  bashTemplate,
  invalidArgument,
  tagsMissing,
  retriesMinimum,
  undeclaredConnection,
  undeclaredVariable,
];
