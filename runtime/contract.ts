// The task command: one JSON document in, one result file out, an exit code. Both callers, Airflow's helper class and the standalone
// executor, are tested against this file. A task process cannot tell which of them called it.

import type { JsonObject, JsonValue } from "./dag/json.ts";

/** Codes of Node tasks. In a bash task 98 is an ordinary failure. */
export const exitCodes = {
  success: 0,
  /** Failed, may be repeated. */
  failed: 1,
  /** Failed, not to be repeated. */
  failedForGood: 98,
  skipped: 99,
  /** SIGTERM: 128 + 15. */
  terminated: 143,
} as const;

/** The document itself, as JSON. */
export const documentVariable = "DAGWRIGHT_TASK";
/** Or the path of a file that holds it: above `maxEnvironmentBytes`. */
export const documentFileVariable = "DAGWRIGHT_TASK_FILE";
/** Where relative data paths start: the project's folder, `AIRFLOW_HOME` under Airflow. */
export const projectRootVariable = "DAGWRIGHT_PROJECT_ROOT";

/** Linux refuses one environment string of more than 128 KiB before any code of ours runs. */
export const maxEnvironmentBytes = 100_000;

/** A cancelled task process is gone after this long: Airflow's supervisor kills its own child after 5 s and would leave ours behind. */
export const terminationGraceMs = 4_000;

export interface TaskDocument {
  readonly dagId: string;
  readonly taskId: string;
  /** -1 for a task that is not mapped. */
  readonly mapIndex: number;
  /** From 1. */
  readonly tryNumber: number;
  readonly run: RunFacts;
  readonly params: JsonObject;
  readonly conf: JsonObject;
  /** Input name → the upstream task's `return_value`, null where it left none. */
  readonly xcoms: JsonObject;
  /** Declared connections and variables; their values are in `AIRFLOW_CONN_*` and `AIRFLOW_VAR_*`. */
  readonly connections: readonly string[];
  readonly variables: readonly string[];
  /** Those of the variables whose values the task must not print, whatever they are called. */
  readonly secretVariables?: readonly string[];
  /** Declared connections and variables that are too large for the environment, by the names they would have there. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hash of the model and the bundle that the caller knows. */
  readonly definition: string;
  /** The task process ends when this process is gone. Null: the caller's own wrapper sees to it, and the watch is saved. */
  readonly callerPid: number | null;
  readonly resultFile: string;
  readonly progressFile: string;
}

/** Moments are ISO 8601 with an offset. */
export interface RunFacts {
  readonly id: string;
  readonly type: string;
  /** Null for a run triggered from Airflow's page or API without one. */
  readonly logicalDate: string | null;
  readonly dataIntervalStart: string | null;
  readonly dataIntervalEnd: string | null;
  readonly runAfter: string;
}

export interface TaskResult {
  readonly outcome: "success" | "skipped" | "failed";
  readonly error: ResultError | null;
  /** The XCom `return_value`; null leaves none. */
  readonly returnValue: JsonValue;
  /** False after a short circuit with a falsy value: everything downstream but teardowns is skipped. */
  readonly goesOn: boolean;
  /** Further XComs. Pushed whatever the outcome but a cancel or a timeout, as Airflow does with what a task pushed before it failed. */
  readonly xcoms: JsonObject;
}

export interface ResultError {
  readonly what: string;
  readonly where: string | null;
  readonly found: string | null;
  readonly remedy: string | null;
}

/** One line of the progress file, cumulative for its table. */
export interface Progress {
  readonly table: string;
  readonly rows: number | null;
  readonly bytes: number;
}
