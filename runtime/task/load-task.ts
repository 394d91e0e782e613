// From a document to the function that does the task: finds the DAG's bundle in the manifest, runs it, and checks that it still is
// the definition that the caller knows.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TaskDocument } from "../contract.ts";
import { type DagDefinition, isTaskRef, type TaskDefinition } from "../dag/definition.ts";
import { describe } from "../dag/describe.ts";
import { findRefusal, refusedRemedy } from "../dag/destructive.ts";
import { withDocs } from "../dag/docs.ts";
import { canonicalJson, type JsonValue } from "../dag/json.ts";
import type { DagModel } from "../dag/model.ts";
import { startRegistry } from "../dag/registry.ts";
import { KnownError } from "../errors.ts";
import { type ManifestDag, readManifest } from "../manifest.ts";

export interface LoadedTask {
  readonly kind: TaskDefinition["body"]["kind"];
  readonly execute: () => Promise<unknown>;
}

export async function loadTask(document: TaskDocument, buildFolder: string): Promise<LoadedTask> {
  const entry = readManifest(buildFolder).dags.find((dag) => dag.model.id === document.dagId);
  if (!entry || entry.definition !== document.definition) throw staleBuild(document, entry);

  refuseUnconfirmed(entry.model, document);

  const registry = startRegistry({ keepsCallSites: false });
  await import(pathToFileURL(join(buildFolder, entry.chunk)).href);
  const dag = registry.dags.find((other) => other.id === document.dagId);
  if (!dag || !isSame(withDocs(describe(dag), entry.model), entry.model)) throw unsteadyDefinition(entry);

  return { kind: getTask(dag, document.taskId).body.kind, execute: executeOf(getTask(dag, document.taskId), document) };
}

/** In both worlds, whatever started the run. */
function refuseUnconfirmed(model: DagModel, { run, params, conf }: TaskDocument): void {
  const found = findRefusal(model, { type: run.type, given: { ...params, ...conf } });
  if (found === undefined) return;
  const what = "the DAG is destructive, and its run was not started and confirmed by a person: nothing was done";
  throw new KnownError({ what, where: `DAG ${model.id}`, found, remedy: refusedRemedy, isRetryable: false });
}

function isSame(left: DagModel, right: DagModel): boolean {
  const [here, inManifest] = [left, right].map((model) => canonicalJson(model as unknown as JsonValue));
  return here === inManifest;
}

function executeOf(task: TaskDefinition, document: TaskDocument): () => Promise<unknown> {
  const inputs = Object.fromEntries(
    Object.entries(task.inputs).map(([name, input]) => [name, isTaskRef(input) ? document.xcoms[name] : input]),
  );
  const { body } = task;
  switch (body.kind) {
    case "handler":
    case "short_circuit":
      return async () => body.handler(inputs as never);
    case "operator":
      return () => body.operator.execute(inputs);
    default:
      throw new Error(`a ${body.kind} task has no Node process`);
  }
}

function getTask(dag: DagDefinition, id: string): TaskDefinition {
  const task = dag.tasks.find((other) => other.id === id);
  if (!task) throw new Error(`DAG ${dag.id} has no task ${id}, although its definition agrees`);
  return task;
}

function staleBuild(document: TaskDocument, entry: ManifestDag | undefined): KnownError {
  // Repeatable: a deployment may be half-way, and the next try finds the other half.
  return new KnownError({
    what: `the DAG file and the build beside it do not belong together`,
    where: `DAG ${document.dagId}`,
    found: `definition ${document.definition.slice(0, 12)} in the DAG file, ${entry?.definition.slice(0, 12) ?? "none"} in the manifest`,
    remedy: "Rebuild and deploy the whole dags folder",
  });
}

function unsteadyDefinition(entry: ManifestDag): KnownError {
  return new KnownError({
    what: "the DAG file defines another DAG in the task process than it did during the build",
    where: entry.file,
    found: `a description that differs from the manifest's`,
    remedy:
      "Make the definition independent of time, environment, random values, and of what other DAG files do to modules that they share; read those in handlers",
    isRetryable: false,
  });
}
