// What a task's process finds in its environment, in both kinds; the same rules as in Airflow's helper (templates/airflow/operators.py).

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectionEnvironmentName, variableEnvironmentName } from "../connections/environment-names.ts";
import { findVariable, getConnection, getVariable } from "../connections/find.ts";
import {
  documentFileVariable,
  documentVariable,
  maxEnvironmentBytes,
  projectRootVariable,
  type TaskDocument,
} from "../contract.ts";
import { effectiveArgs, type NodeTaskModel } from "../dag/model.ts";
import type { AttemptRequest } from "./attempt.ts";

/** @throws KnownError when a declared connection or variable does not exist. */
export function nodeEnvironment(attempt: AttemptRequest, task: NodeTaskModel): Record<string, string> {
  const environment = Object.fromEntries(
    Object.entries(contextEnvironment(attempt)).filter(([name]) => !/^AIRFLOW(__|_CONN_|_VAR_)/.test(name)),
  );
  environment[projectRootVariable] = attempt.projectRoot;
  const large: Record<string, string> = {};
  for (const [name, value] of declaredValues(attempt, task)) {
    if (Buffer.byteLength(value) > maxEnvironmentBytes) large[name] = value;
    else environment[name] = value;
  }
  const document = JSON.stringify(documentOf(attempt, task, large));
  if (Buffer.byteLength(document) <= maxEnvironmentBytes) return { ...environment, [documentVariable]: document };
  const file = join(attempt.folder, "document.json");
  writeFileSync(file, document, { mode: 0o600 });
  return { ...environment, [documentFileVariable]: file };
}

/** A bash task sees what BashOperator shows it: the whole environment, and who it is. */
export function contextEnvironment(attempt: AttemptRequest): Record<string, string> {
  const { dag, task, run, tryNumber, inheritedEnvironment } = attempt;
  const context = {
    AIRFLOW_CTX_DAG_OWNER: effectiveArgs(dag, task).owner,
    AIRFLOW_CTX_DAG_ID: dag.id,
    AIRFLOW_CTX_TASK_ID: task.id,
    AIRFLOW_CTX_LOGICAL_DATE: run.logicalDate ?? undefined,
    AIRFLOW_CTX_TRY_NUMBER: String(tryNumber),
    AIRFLOW_CTX_DAG_RUN_ID: run.id,
  };
  const entries = Object.entries({ ...inheritedEnvironment, ...context });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function declaredValues({ environment }: AttemptRequest, task: NodeTaskModel): [string, string][] {
  const connections = task.connections.map((id): [string, string] => {
    getConnection(id, environment);
    return [connectionEnvironmentName(id), environment[connectionEnvironmentName(id)]!];
  });
  const variables = task.variables.map((key): [string, string] => [
    variableEnvironmentName(key),
    findVariable(key, environment) ?? task.variableDefaults?.[key] ?? getVariable(key, environment),
  ]);
  return [...connections, ...variables];
}

function documentOf(attempt: AttemptRequest, task: NodeTaskModel, environment: Record<string, string>): TaskDocument {
  return {
    dagId: attempt.dag.id,
    taskId: task.id,
    mapIndex: -1,
    tryNumber: attempt.tryNumber,
    run: attempt.run,
    params: { ...attempt.dag.params, ...attempt.conf },
    conf: attempt.conf,
    xcoms: attempt.xcoms,
    connections: task.connections,
    variables: task.variables,
    ...(task.secretVariables && { secretVariables: task.secretVariables }),
    environment,
    definition: attempt.definition,
    // The wrapper ends the task when this process is gone.
    callerPid: null,
    resultFile: resultFile(attempt.folder),
    progressFile: progressFile(attempt.folder),
  };
}

export function resultFile(folder: string): string {
  return join(folder, "result.json");
}

export function progressFile(folder: string): string {
  return join(folder, "progress.jsonl");
}
