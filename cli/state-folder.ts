// What the standalone side keeps in a project: `.dagwright/`, with the store, builds, logs, the folders of running tries and what
// lints and live builds keep.

import { join } from "node:path";

const folder = (projectRoot: string, ...parts: string[]) => join(projectRoot, ".dagwright", ...parts);

export function storeFile(projectRoot: string): string {
  return folder(projectRoot, "dagwright.db");
}

export function buildsFolder(projectRoot: string): string {
  return folder(projectRoot, "builds");
}

export function attemptsFolder(projectRoot: string): string {
  return folder(projectRoot, "attempts");
}

/** Where each DAG is live. */
export function liveDagsFile(projectRoot: string): string {
  return folder(projectRoot, "live-dags.json");
}

/** What one live build knows for the next. */
export function knownLoadFile(projectRoot: string): string {
  return folder(projectRoot, "known-load.json");
}

/** Apart from those of `dags test`: each scheduler tidies up here after the one before. */
export function scheduledAttemptsFolder(projectRoot: string): string {
  return folder(projectRoot, "attempts", "scheduled");
}

/** What lints know from one to the next. */
export function lintFolder(projectRoot: string): string {
  return folder(projectRoot, "lint");
}

export interface LogOwner {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly tryNumber: number;
}

/** Airflow's own names: `dag_id=…/run_id=…/task_id=…/attempt=1.log`. */
export function logFile(projectRoot: string, { dagId, runId, taskId, tryNumber }: LogOwner): string {
  return join(runLogFolder(projectRoot, dagId, runId), `task_id=${taskId}`, `attempt=${tryNumber}.log`);
}

/** Of one run's logs. */
export function runLogFolder(projectRoot: string, dagId: string, runId: string): string {
  return folder(projectRoot, "logs", `dag_id=${dagId}`, `run_id=${runId}`);
}
