// From the live definition to the frozen model. Pure: drops functions, fills defaults, sorts what has no order of its own, and leaves
// out, with the reason, what cannot be used: a model is sound whatever was given.

import { dagOptions, optionsOf, taskArgsOptions, taskGroupOptions } from "./dag-options.ts";
import {
  type DagDefinition,
  type EdgeDefinition,
  type GroupDefinition,
  isOperator,
  isTaskRef,
  type Member,
  type Mistake,
  type Operator,
  type OperatorNeeds,
  type TaskDefinition,
} from "./definition.ts";
import { confirmationOf, confirmParam } from "./destructive.ts";
import { findMistakes } from "./find-mistakes.ts";
import { taskEdges } from "./group-edges.ts";
import { deepFreeze, type JsonObject, type JsonValue } from "./json.ts";
import { toError } from "./mistake.ts";
import type { DagModel, GroupModel, ParamModel, TaskArgs, TaskModel } from "./model.ts";
import { readOptions } from "./options.ts";
import { isParam, specOf } from "./param-spec.ts";
import { describeSchedule } from "./schedule.ts";
import { findJsonFaults, show } from "./shapes.ts";
import type { DagSpec, NodeTaskSpec, TaskArgsSpec, TaskGroupSpec } from "./spec.ts";

/** @throws DefinitionError when a value is of another type than its option, or would not survive the way to Airflow. */
export function describe(dag: DagDefinition): DagModel {
  const { model, mistakes } = survey(dag);
  if (mistakes[0]) throw toError(mistakes[0]);
  return model;
}

export interface Survey {
  readonly model: DagModel;
  readonly mistakes: readonly Mistake[];
}

/** The model of what can be used, and everything that cannot. */
export function survey(dag: DagDefinition): Survey {
  const { sound } = readOptions<DagSpec>(dag.spec, dagOptions);
  const upstreamOf = groupByDownstream(taskEdges(dag));
  const tasks = dag.tasks.map((task) => describeTask(task, upstreamOf.get(task.id) ?? []));
  // A copy: what the author wrote (params, an operator's options) stays the author's. By way of JSON, which has no -0 and no undefined.
  const model = deepFreeze(JSON.parse(JSON.stringify({ ...describeDag(dag, sound), tasks })) as DagModel);
  return { model, mistakes: findMistakes(dag) };
}

function describeDag(dag: DagDefinition, spec: Partial<DagSpec>): Omit<DagModel, "tasks"> {
  const timezone = spec.timezone ?? "UTC";
  return {
    id: textOr(dag.id),
    description: spec.description ?? null,
    schedule: describeSchedule(spec.schedule, timezone),
    startDate: spec.startDate ?? null,
    timezone,
    catchup: spec.catchup ?? false,
    tags: [...new Set(spec.tags ?? [])].sort(),
    maxActiveRuns: spec.maxActiveRuns ?? null,
    maxActiveTasks: spec.maxActiveTasks ?? null,
    ...describeParams(spec.params ?? {}, spec.destructive ? textOr(dag.id) : undefined),
    ...pickSet(spec, lateDagFields),
    defaultArgs: describeDefaultArgs(dag.spec),
    ...describeGroups(dag),
  };
}

function describeGroups({ groups, groupEdges }: DagDefinition): Pick<DagModel, "groups" | "groupEdges"> {
  const edges = groupEdges.map(({ upstream, downstream }) => ({
    upstream: textOr(upstream.id),
    downstream: textOr(downstream.id),
  }));
  return {
    ...(groups.length > 0 && { groups: groups.map(describeGroup) }),
    ...(edges.length > 0 && { groupEdges: edges }),
  };
}

function describeGroup(group: GroupDefinition): GroupModel {
  const { sound } = readOptions<TaskGroupSpec>(group.spec, taskGroupOptions);
  return {
    id: textOr(group.id),
    ...describePlace(group),
    prefixGroupId: sound.prefixGroupId ?? true,
    ...pickSet(sound, ["displayName", "tooltip"]),
    defaultArgs: describeDefaultArgs(group.spec),
  };
}

function describePlace({ group }: Member): Pick<TaskModel, "group"> {
  return group === null ? {} : { group: textOr(group.id) };
}

/** From what was given: one argument that cannot be used does not take the others with it. */
function describeDefaultArgs(spec: DagSpec | TaskGroupSpec | undefined): TaskArgs {
  return describeArgs(readOptions<TaskArgsSpec>(spec?.defaultArgs, taskArgsOptions).sound);
}

/** @param destructive the id of a destructive DAG: it has one more. */
function describeParams(
  given: NonNullable<DagSpec["params"]>,
  destructive: string | undefined,
): Pick<DagModel, "params" | "paramSchemas"> {
  const entries = Object.entries(given);
  const specs = entries.flatMap(([name, value]) => (isParam(value) ? [[name, specOf(value)] as const] : []));
  const params: Record<string, JsonValue> = Object.fromEntries(
    entries.map(([name, value]) => [name, isParam(value) ? (specOf(value).default ?? null) : value]),
  );
  const schemas = specs.map(([name, { default: value, ...schema }]): [string, ParamModel] => [
    name,
    { schema: schema as JsonObject, isRequired: value === undefined },
  ]);
  if (destructive !== undefined) {
    params[confirmParam] = null;
    schemas.push([confirmParam, confirmationOf(destructive)]);
  }
  return schemas.length === 0 ? { params } : { params, paramSchemas: Object.fromEntries(schemas) };
}

/** Left out of a model where the author left them out: a definition that has none of them keeps its hash. */
const lateDagFields = [
  "displayName",
  "docMd",
  "endDate",
  "ownerLinks",
  "maxConsecutiveFailedDagRuns",
  "dagrunTimeout",
  "failFast",
  "isPausedUponCreation",
  "destructive",
] as const satisfies readonly (keyof DagSpec & keyof DagModel)[];

const lateTaskArgs = [
  "retryExponentialBackoff",
  "maxRetryDelay",
  "pool",
  "poolSlots",
  "priorityWeight",
  "weightRule",
  "queue",
  "dependsOnPast",
  "ignoreFirstDependsOnPast",
  "waitForDownstream",
  "maxActiveTisPerDag",
  "maxActiveTisPerDagrun",
] as const satisfies readonly (keyof TaskArgsSpec & keyof TaskArgs)[];

function pickSet<T extends object, Name extends keyof T>(from: T, names: readonly Name[]): Pick<T, Name> {
  const set = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  return Object.fromEntries(set) as Pick<T, Name>;
}

function groupByDownstream(edges: readonly EdgeDefinition[]): ReadonlyMap<string, readonly string[]> {
  const upstreamOf = new Map<string, string[]>();
  for (const { upstream, downstream } of edges) {
    const ids = upstreamOf.get(downstream) ?? [];
    upstreamOf.set(downstream, ids);
    ids.push(textOr(upstream));
  }
  return upstreamOf;
}

function describeTask(task: TaskDefinition, upstream: readonly string[]): TaskModel {
  const { body } = task;
  const { sound } = readOptions<NodeTaskSpec>(task.spec, optionsOf(task));
  const base = {
    id: textOr(task.id),
    ...describePlace(task),
    ...describeArgs(sound),
    ...pickSet(sound, ["displayName", "docMd", "idempotent"]),
    // A rule that was set on a teardown stays visible: the linter refuses it.
    triggerRule: sound.triggerRule ?? (task.role === "teardown" ? "all_done_setup_success" : "all_success"),
    upstream: [...new Set(upstream)].sort(),
    role: task.role,
    setups: task.setups.map(textOr).sort(),
  };
  switch (body.kind) {
    case "handler":
    case "short_circuit":
      return { ...base, kind: body.kind, ...describeNeeds(task, sound) };
    case "operator": {
      // Of what is no operator nothing is known, but its task keeps its place among the others.
      const operator: Named = isOperator(body.operator) ? body.operator : noOperator;
      const { name, options, destructive, idempotent } = operator;
      return {
        ...base,
        kind: "operator",
        operator: name,
        options: jsonOr(options),
        ...(destructive && { destructive }),
        ...(idempotent && base.idempotent === undefined && { idempotent }),
        ...describeNeeds(task, operator),
      };
    }
    case "bash":
      return { ...base, kind: "bash", command: textOr(body.command) };
    case "empty":
      return { ...base, kind: "empty" };
    default:
      return body satisfies never;
  }
}

type Named = Pick<Operator<unknown>, "name" | "options" | "destructive" | "idempotent"> & Needs;
type Needs = Partial<OperatorNeeds>;

const noOperator: Named = { name: "", options: {} };

function describeNeeds(task: TaskDefinition, needs: Needs) {
  const { connections = [], variables = [], variableDefaults = {}, secretVariables = [] } = needs;
  const inputs = Object.entries(task.inputs).sort(([left], [right]) => (left < right ? -1 : 1));
  const literals = Object.fromEntries(inputs.filter(([, input]) => !isTaskRef(input)));
  return {
    xcoms: Object.fromEntries(inputs.flatMap(([name, input]) => (isTaskRef(input) ? [[name, textOr(input.id)]] : []))),
    literals: jsonOr(literals),
    connections: [...new Set(connections)].sort(),
    variables: [...new Set(variables)].sort(),
    ...(Object.keys(variableDefaults).length > 0 && { variableDefaults: sortKeys(variableDefaults) }),
    ...(secretVariables.length > 0 && { secretVariables: [...new Set(secretVariables)].sort() }),
  };
}

function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function jsonOr(value: object): JsonObject {
  return findJsonFaults(value).length === 0 ? (value as JsonObject) : {};
}

/** What is no text is reported, and shown for what it is where rules speak of it. */
function textOr(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}

function describeArgs(spec: Partial<TaskArgsSpec>): TaskArgs {
  return {
    owner: spec.owner ?? null,
    retries: spec.retries ?? null,
    retryDelay: spec.retryDelay ?? null,
    executionTimeout: spec.executionTimeout ?? null,
    ...pickSet(spec, lateTaskArgs),
  };
}
