// One try of one task: what the executor is asked for, and how it ended.

import type { Environment } from "../connections/environment.ts";
import type { RunFacts } from "../contract.ts";
import type { JsonObject, JsonValue } from "../dag/json.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";

export interface AttemptRequest {
  readonly dag: DagModel;
  readonly task: TaskModel;
  readonly tryNumber: number;
  readonly run: RunFacts;
  readonly conf: JsonObject;
  /** Input name → the upstream task's return value. */
  readonly xcoms: JsonObject;
  readonly definition: string;
  /** Holds the task process's main, manifest and bundles. */
  readonly buildFolder: string;
  readonly projectRoot: string;
  /** A new, empty folder that only this user may read. */
  readonly folder: string;
  readonly logFile: string;
  /** With every connection and variable; the task gets what it declared. */
  readonly environment: Environment;
  /** What its process finds beside; a bash task all of it. */
  readonly inheritedEnvironment: Environment;
}

export interface AttemptEnd {
  readonly outcome: "success" | "skipped" | "failed";
  readonly isRetryable: boolean;
  /** One sentence, when it did not succeed. */
  readonly error: string | null;
  readonly returnValue: JsonValue;
  readonly xcoms: JsonObject;
  readonly goesOn: boolean;
}

export function failedAttempt(error: string, isRetryable: boolean): AttemptEnd {
  return { outcome: "failed", isRetryable, error, returnValue: null, xcoms: {}, goesOn: true };
}
