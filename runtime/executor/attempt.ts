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
  /** Absolute; a new, empty folder that only this user may read. Its name is the attempt's identity: processes are told by it. */
  readonly folder: string;
  readonly logFile: string;
  /** What the log may hold before its middle is left out; `defaultLogCapBytes` when not given. */
  readonly logCapBytes?: number;
  /** With every connection and variable; the task gets what it declared. */
  readonly environment: Environment;
  /** What its process finds beside; a bash task all of it. */
  readonly inheritedEnvironment: Environment;
}

export interface AttemptEnd {
  readonly outcome: "success" | "skipped" | "failed";
  readonly isRetryable: boolean;
  /** Nobody knows how it ended: its process is gone and left nothing behind. Counts as failed. */
  readonly isLost: boolean;
  /** One sentence, when it did not succeed. */
  readonly error: string | null;
  readonly returnValue: JsonValue;
  readonly xcoms: JsonObject;
  readonly goesOn: boolean;
}

export function failedAttempt(error: string, isRetryable: boolean): AttemptEnd {
  return { outcome: "failed", isRetryable, isLost: false, error, returnValue: null, xcoms: {}, goesOn: true };
}

/** @param how what is known, for the parentheses of the one sentence. */
export function lostAttempt(how: string): AttemptEnd {
  return { ...failedAttempt(`the task's process was lost (${how})`, true), isLost: true };
}
