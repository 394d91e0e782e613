// Every rule: validity first, then conventions.

import { backoffWithoutLimit } from "./backoff-without-limit.ts";
import { badCron } from "./bad-cron.ts";
import { bashTemplate } from "./bash-template.ts";
import { brokenCustomRule } from "./broken-custom-rule.ts";
import { catchupStorm } from "./catchup-storm.ts";
import { cronBothDays } from "./cron-both-days.ts";
import { cronClockChange } from "./cron-clock-change.ts";
import { cycle } from "./cycle.ts";
import { descriptionMissing } from "./description-missing.ts";
import { destructiveDag } from "./destructive-dag.ts";
import { disableComment } from "./disable-comment.ts";
import { duplicateId } from "./duplicate-id.ts";
import { executionTimeoutMissing } from "./execution-timeout-missing.ts";
import { explicitCatchup } from "./explicit-catchup.ts";
import { greenFailure } from "./green-failure.ts";
import { ignoredQueue } from "./ignored-queue.ts";
import { importError } from "./import-error.ts";
import { invalidArgument } from "./invalid-argument.ts";
import { invalidId } from "./invalid-id.ts";
import { invalidPath } from "./invalid-path.ts";
import { missingStartDate } from "./missing-start-date.ts";
import { naming } from "./naming.ts";
import { noTasks } from "./no-tasks.ts";
import { oversizedLiteral } from "./oversized-literal.ts";
import { ownerMissing } from "./owner-missing.ts";
import { retriedNotIdempotent } from "./retried-not-idempotent.ts";
import { retriesMinimum } from "./retries-minimum.ts";
import { retryWithoutDelay } from "./retry-without-delay.ts";
import type { Rule } from "./rule.ts";
import { scheduleStorm } from "./schedule-storm.ts";
import { secretInCode } from "./secret-in-code.ts";
import { tagPolicy } from "./tag-policy.ts";
import { tagsMissing } from "./tags-missing.ts";
import { timeoutOrder } from "./timeout-order.ts";
import { topLevelWork } from "./top-level-work.ts";
import { undeclaredConnection } from "./undeclared-connection.ts";
import { undeclaredVariable } from "./undeclared-variable.ts";
import { unknownPool } from "./unknown-pool.ts";
import { unmetTriggerRule } from "./unmet-trigger-rule.ts";
import { unplacedTask } from "./unplaced-task.ts";
import { unsupportedFeature } from "./unsupported-feature.ts";

export const rules: readonly Rule[] = [
  importError,
  invalidId,
  invalidPath,
  duplicateId,
  unplacedTask,
  cycle,
  badCron,
  missingStartDate,
  bashTemplate,
  invalidArgument,
  unsupportedFeature,
  tagsMissing,
  retriesMinimum,
  undeclaredConnection,
  undeclaredVariable,
  topLevelWork,
  secretInCode,
  oversizedLiteral,
  cronBothDays,
  cronClockChange,
  scheduleStorm,
  greenFailure,
  unmetTriggerRule,
  retriedNotIdempotent,
  destructiveDag,
  unknownPool,
  ignoredQueue,
  catchupStorm,
  retryWithoutDelay,
  backoffWithoutLimit,
  timeoutOrder,
  tagPolicy,
  naming,
  ownerMissing,
  descriptionMissing,
  explicitCatchup,
  executionTimeoutMissing,
  noTasks,
  disableComment,
  brokenCustomRule,
];
