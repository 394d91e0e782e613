// The noun that everyone shares: a DAG as plain, frozen JSON. No function, class, Date or undefined is in it. What is not set is null, or,
// where a field may be missing, left out: a field that came later changes no hash of a definition that does not use it.

import type { JsonObject } from "./json.ts";
import type { Schedule } from "./schedule.ts";
import type { TriggerRule } from "./trigger-rules.ts";
import type { WeightRule } from "./weight-rules.ts";

export interface DagModel {
  readonly id: string;
  readonly description: string | null;
  readonly schedule: Schedule | null;
  /** Wall-clock time in `timezone`, e.g. `2024-01-01` or `2024-01-01T06:30:00`. */
  readonly startDate: string | null;
  /** An IANA name, e.g. `Europe/Vienna`. */
  readonly timezone: string;
  readonly catchup: boolean;
  readonly tags: readonly string[];
  readonly maxActiveRuns: number | null;
  readonly maxActiveTasks: number | null;
  /** Name → default; null for a param that has none. */
  readonly params: JsonObject;
  /** What the values of params must be, of those of which something is demanded. */
  readonly paramSchemas?: Readonly<Record<string, ParamModel>>;
  readonly displayName?: string;
  readonly docMd?: string;
  /** Written like `startDate`. */
  readonly endDate?: string;
  readonly ownerLinks?: Readonly<Record<string, string>>;
  readonly maxConsecutiveFailedDagRuns?: number;
  /** Seconds. */
  readonly dagrunTimeout?: number;
  readonly failFast?: boolean;
  readonly isPausedUponCreation?: boolean;
  /** Only triggered by hand, and confirmed: see destructive.ts. */
  readonly destructive?: boolean;
  readonly defaultArgs: TaskArgs;
  /** In the order of their declaration: an outer group comes before those in it. */
  readonly groups?: readonly GroupModel[];
  /** Edges of which one end or both are a group, as written: ids of groups and tasks. `upstream` of the tasks has what they mean. */
  readonly groupEdges?: readonly GroupEdge[];
  /** In the order of their declaration. */
  readonly tasks: readonly TaskModel[];
}

export interface GroupModel {
  /** With the prefix of the group around it. */
  readonly id: string;
  /** The id of the group around it; left out where there is none. */
  readonly group?: string;
  readonly prefixGroupId: boolean;
  readonly displayName?: string;
  readonly tooltip?: string;
  readonly defaultArgs: TaskArgs;
}

export interface GroupEdge {
  readonly upstream: string;
  readonly downstream: string;
}

export interface ParamModel {
  /** JSON Schema, with the words of Airflow's form. */
  readonly schema: JsonObject;
  /** It has no default: a run must give its value. */
  readonly isRequired: boolean;
}

/** What `defaultArgs` sets for every task and a task may set for itself. `null`: not set here. Durations in seconds. */
export interface TaskArgs {
  readonly owner: string | null;
  readonly retries: number | null;
  readonly retryDelay: number | null;
  readonly executionTimeout: number | null;
  readonly retryExponentialBackoff?: boolean;
  readonly maxRetryDelay?: number;
  readonly pool?: string;
  readonly poolSlots?: number;
  readonly priorityWeight?: number;
  readonly weightRule?: WeightRule;
  readonly queue?: string;
  readonly dependsOnPast?: boolean;
  readonly ignoreFirstDependsOnPast?: boolean;
  readonly waitForDownstream?: boolean;
  readonly maxActiveTisPerDag?: number;
  readonly maxActiveTisPerDagrun?: number;
}

interface TaskBase extends TaskArgs {
  /** With the prefix of the group around it. */
  readonly id: string;
  /** The id of the group around it; left out where there is none. */
  readonly group?: string;
  readonly displayName?: string;
  readonly docMd?: string;
  readonly idempotent?: boolean;
  readonly triggerRule: TriggerRule;
  /** Ids of the direct upstream tasks, data and order alike, sorted. */
  readonly upstream: readonly string[];
  readonly role: "setup" | "teardown" | null;
  /** Of a teardown: the setups that it cleans up after. */
  readonly setups: readonly string[];
}

/** What a task that runs in a Node process needs from outside. */
interface NodeTask {
  /** Input name → id of the task whose `return_value` it is. */
  readonly xcoms: Readonly<Record<string, string>>;
  /** Input name → value written in the DAG file. */
  readonly literals: JsonObject;
  readonly connections: readonly string[];
  readonly variables: readonly string[];
  /** Key → what the task gets where that variable does not exist; left out where none has one. */
  readonly variableDefaults?: Readonly<Record<string, string>>;
  /** Those of `variables` whose values are masked whatever they are called; left out where there is none. */
  readonly secretVariables?: readonly string[];
}

export type TaskModel = TaskBase &
  (
    | ({ readonly kind: "handler" } & NodeTask)
    | ({ readonly kind: "short_circuit" } & NodeTask)
    | ({
        readonly kind: "operator";
        readonly operator: string;
        readonly options: JsonObject;
        /** It overwrites what cannot be had again: only a destructive DAG may hold it. */
        readonly destructive?: true;
      } & NodeTask)
    | { readonly kind: "bash"; readonly command: string }
    | { readonly kind: "empty" }
  );

export type NodeTaskModel = Extract<TaskModel, NodeTask>;

/** A task that runs in a Node process through the task contract. */
export function isNodeTask(task: TaskModel): task is NodeTaskModel {
  return task.kind === "handler" || task.kind === "short_circuit" || task.kind === "operator";
}

/** Airflow's defaults, where neither the task nor `defaultArgs` says otherwise. Source: airflow.sdk BaseOperator. */
export const airflowDefaults = {
  owner: "airflow",
  retries: 0,
  retryDelay: 300,
  retryExponentialBackoff: false,
  pool: "default_pool",
  poolSlots: 1,
  priorityWeight: 1,
  weightRule: "downstream",
  dependsOnPast: false,
  waitForDownstream: false,
  ignoreFirstDependsOnPast: false,
} as const;

/** What is set for a task: by itself, by the groups around it, the inner one first, or by its DAG. */
export function argOf<Name extends keyof TaskArgs>(dag: DagModel, task: TaskModel, name: Name): TaskArgs[Name] | null {
  const defaults = [...groupsAround(dag, task).map((group) => group.defaultArgs), dag.defaultArgs];
  return [task, ...defaults].find((args) => (args[name] ?? null) !== null)?.[name] ?? null;
}

export type EffectiveArgs = ReturnType<typeof workOutArgs>;

/** By DAG and task, which never change. */
const knownArgs = new WeakMap<DagModel, Map<TaskModel, EffectiveArgs>>();

/** A task's arguments after every `defaultArgs` and Airflow's own defaults. */
export function effectiveArgs(dag: DagModel, task: TaskModel): EffectiveArgs {
  const ofDag = knownArgs.get(dag) ?? new Map<TaskModel, EffectiveArgs>();
  knownArgs.set(dag, ofDag);
  const args = ofDag.get(task) ?? workOutArgs(dag, task);
  ofDag.set(task, args);
  return args;
}

function workOutArgs(dag: DagModel, task: TaskModel) {
  const scopes: readonly TaskArgs[] = [
    task,
    ...groupsAround(dag, task).map((group) => group.defaultArgs),
    dag.defaultArgs,
  ];
  const find = <Name extends keyof TaskArgs>(name: Name): TaskArgs[Name] | null => {
    for (const args of scopes) if ((args[name] ?? null) !== null) return args[name];
    return null;
  };
  const pick = <Name extends keyof TaskArgs & keyof typeof airflowDefaults>(name: Name) =>
    (find(name) ?? airflowDefaults[name]) as NonNullable<TaskArgs[Name]>;
  return {
    owner: pick("owner"),
    retries: pick("retries"),
    retryDelay: pick("retryDelay"),
    retryExponentialBackoff: pick("retryExponentialBackoff"),
    maxRetryDelay: find("maxRetryDelay"),
    executionTimeout: find("executionTimeout"),
    pool: pick("pool"),
    poolSlots: pick("poolSlots"),
    priorityWeight: pick("priorityWeight"),
    weightRule: pick("weightRule"),
    dependsOnPast: pick("dependsOnPast"),
    waitForDownstream: pick("waitForDownstream"),
    ignoreFirstDependsOnPast: pick("ignoreFirstDependsOnPast"),
    maxActiveTisPerDag: find("maxActiveTisPerDag"),
  };
}

/** The groups that a task or a group is in, the inner one first. */
export function groupsAround(
  { groups = [] }: Pick<DagModel, "groups">,
  member: { readonly group?: string },
): GroupModel[] {
  const inner = groups.find(({ id }) => id === member.group);
  if (inner === undefined) return [];
  // Declared before what is in it: so this ends, whatever ids are given twice.
  return [inner, ...groupsAround({ groups: groups.slice(0, groups.indexOf(inner)) }, inner)];
}

/** The id as the author wrote it, without the prefix of the group around it. */
export function labelOf(dag: DagModel, member: { readonly id: string; readonly group?: string }): string {
  const [around] = groupsAround(dag, member);
  return around?.prefixGroupId ? member.id.slice(around.id.length + 1) : member.id;
}
