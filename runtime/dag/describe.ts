// From the live definition to the frozen model. Pure: drops functions, fills defaults, sorts what has no order of its own.

import { type DagDefinition, isTaskRef, type TaskArgsSpec, type TaskDefinition } from "./definition.ts";
import { DefinitionError } from "./definition-error.ts";
import { deepFreeze, type JsonValue } from "./json.ts";
import type { DagModel, TaskArgs, TaskModel } from "./model.ts";
import { describeSchedule } from "./schedule.ts";

/** @throws DefinitionError when a value is not plain JSON (it would not survive the way to Airflow). */
export function describe(dag: DagDefinition): DagModel {
  const { spec } = dag;
  const timezone = spec.timezone ?? "UTC";
  const model: DagModel = {
    id: dag.id,
    description: spec.description ?? null,
    schedule: describeSchedule(spec.schedule, timezone),
    startDate: spec.startDate ?? null,
    timezone,
    catchup: spec.catchup ?? false,
    tags: [...new Set(spec.tags ?? [])].sort(),
    maxActiveRuns: spec.maxActiveRuns ?? null,
    maxActiveTasks: spec.maxActiveTasks ?? null,
    params: spec.params ?? {},
    defaultArgs: describeArgs(spec.defaultArgs ?? {}),
    tasks: dag.tasks.map((task) => describeTask(dag, task)),
  };
  const { tasks, ...rest } = model;
  const place = `DAG ${JSON.stringify(dag.id)}`;
  checkIsJson(rest, place);
  for (const task of tasks) checkIsJson(task, `${place}, task ${JSON.stringify(task.id)}`);
  // A copy: what the author wrote (params, an operator's options) stays the author's.
  return deepFreeze(structuredClone(model));
}

function describeTask(dag: DagDefinition, task: TaskDefinition): TaskModel {
  const upstream = dag.edges.filter((edge) => edge.downstream === task.id).map((edge) => edge.upstream);
  const base = {
    id: task.id,
    ...describeArgs(task.spec),
    // A rule that was set on a teardown stays visible: the linter refuses it.
    triggerRule: task.spec.triggerRule ?? (task.role === "teardown" ? "all_done_setup_success" : "all_success"),
    upstream: [...new Set(upstream)].sort(),
    role: task.role,
    setups: [...task.setups].sort(),
  };
  switch (task.body.kind) {
    case "handler":
    case "short_circuit":
      return { ...base, kind: task.body.kind, ...describeNeeds(task, task.spec.connections ?? []) };
    case "operator": {
      const { name, options, connections } = task.body.operator;
      return { ...base, kind: "operator", operator: name, options, ...describeNeeds(task, connections) };
    }
    case "bash":
      return { ...base, kind: "bash", command: task.body.command };
    case "empty":
      return { ...base, kind: "empty" };
    default:
      return task.body satisfies never;
  }
}

function describeNeeds(task: TaskDefinition, connections: readonly string[]) {
  const inputs = Object.entries(task.inputs).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    xcoms: Object.fromEntries(inputs.flatMap(([name, input]) => (isTaskRef(input) ? [[name, input.id]] : []))),
    literals: Object.fromEntries(inputs.flatMap(([name, input]) => (isTaskRef(input) ? [] : [[name, input]]))),
    connections: [...new Set(connections)].sort(),
    variables: [...new Set(task.spec.variables ?? [])].sort(),
  };
}

function describeArgs(spec: TaskArgsSpec): TaskArgs {
  return {
    owner: spec.owner ?? null,
    retries: spec.retries ?? null,
    retryDelay: spec.retryDelay ?? null,
    executionTimeout: spec.executionTimeout ?? null,
  };
}

function checkIsJson(value: unknown, path: string): asserts value is JsonValue {
  if (value === null || typeof value === "boolean") return;
  if (typeof value === "string") return checkIsWellFormed(value, path);
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value === "object" && (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)) {
    for (const [key, part] of Object.entries(value)) {
      checkIsWellFormed(key, `a key of ${path}`);
      checkIsJson(part, `${path}.${key}`);
    }
    return;
  }
  const found = typeof value === "object" ? (value.constructor?.name ?? "object") : String(value);
  throw new DefinitionError(
    `${path} is ${found}; a DAG holds plain JSON only. Use a string, finite number, boolean, null, list or object.`,
  );
}

/** Half of a character: JavaScript holds it, no file and no database does. */
function checkIsWellFormed(text: string, path: string): void {
  if (text.isWellFormed()) return;
  throw new DefinitionError(
    `${path} holds a lone surrogate: ${JSON.stringify(text)}. Write the whole character, or cut the text at a character's end.`,
  );
}
