// The live form of a DAG, while its program runs: structure, handlers and call sites. Never stored; describe() makes the model.
// Identity goes by Symbol.for, never instanceof: two copies of this package must agree.

import type { JsonObject, JsonValue } from "./json.ts";
import type { DagSpec, NodeTaskSpec, TaskGroupSpec } from "./spec.ts";

export interface TeardownSpec extends NodeTaskSpec {
  /** The setups that it cleans up after. */
  readonly of?: readonly TaskRef<unknown>[];
}

export type Handler = (inputs: never) => unknown;

/** What an operator function returns: one object of one shape, placed with `dag.run`, `dag.setup` or `dag.teardown`. */
export interface Operator<Output> {
  readonly [operatorBrand]: true;
  readonly name: string;
  /** Shown in the model: what the operator will do. */
  readonly options: JsonObject;
  /** Inputs that are earlier tasks' outputs, by the names that `execute` gets them under. */
  readonly inputs: Readonly<Record<string, TaskRef<unknown>>>;
  readonly connections: readonly string[];
  /** It overwrites what cannot be had again: only a destructive DAG may hold it. */
  readonly destructive?: true;
  /** Running it twice leaves the same as running it once, unless the task says otherwise. */
  readonly idempotent?: true;
  /** Keys of variables. */
  readonly variables?: readonly string[];
  /** Key → what stands for a variable that does not exist. */
  readonly variableDefaults?: Readonly<Record<string, string>>;
  /** Those of `variables` whose values are secrets, whatever they are called. */
  readonly secretVariables?: readonly string[];
  readonly execute: (inputs: Readonly<Record<string, unknown>>) => Promise<Output>;
}

/** What a task with the operator has to declare. */
export type OperatorNeeds = Pick<
  Operator<unknown>,
  "connections" | "variables" | "variableDefaults" | "secretVariables"
>;

export const operatorBrand: unique symbol = Symbol.for("dagwright.operator") as never;
export const taskBrand: unique symbol = Symbol.for("dagwright.task") as never;
export const groupBrand: unique symbol = Symbol.for("dagwright.group") as never;
declare const outputType: unique symbol;

/** A placed task. Hand it to another task as an input, or order it with `chain`, `before` and `after`. */
export interface TaskRef<Output> {
  readonly [taskBrand]: TaskDefinition;
  readonly [outputType]?: Output;
  /** Airflow's `task_id`, with the ids of the groups that it is in: `extract.films`. */
  readonly id: string;
  /** These tasks and groups start only after this task. Returns this task. */
  before(...nodes: readonly TaskOrGroup[]): this;
  /** This task starts only after these tasks and groups. Returns this task. */
  after(...nodes: readonly TaskOrGroup[]): this;
}

/** A task group as `before`, `after` and `chain` take it: before others stand its last tasks, after others its first ones. */
export interface TaskGroupRef {
  readonly [groupBrand]: GroupDefinition;
  /** Airflow's `group_id`, with the ids of the groups that it is in. */
  readonly id: string;
}

/** What can be ordered: a task, or a group of them. */
export type TaskOrGroup = TaskRef<unknown> | TaskGroupRef;

export type TaskBody =
  | { readonly kind: "handler"; readonly handler: Handler }
  | { readonly kind: "short_circuit"; readonly handler: Handler }
  | { readonly kind: "operator"; readonly operator: Operator<unknown> }
  | { readonly kind: "bash"; readonly command: string }
  | { readonly kind: "empty" };

/** A place in a bundled file, `line` and `column` from 1, before source maps are applied. */
export interface CallSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An argument of a call: its index, then names and indexes within it. */
export type ArgumentPath = readonly [number, ...(string | number)[]];

/** Something wrong with what the author gave to one call. */
export interface Mistake {
  readonly call: CallSite | null;
  readonly path: ArgumentPath;
  /** The name at the end of the path is meant, not its value. */
  readonly isOfName?: true;
  /** The one name that it must have been meant to be. */
  readonly meant?: string;
  /** What is wrong and what was found. */
  readonly text: string;
  readonly remedy: string;
}

/** Between two tasks. */
export interface EdgeDefinition {
  readonly upstream: string;
  readonly downstream: string;
  readonly site: CallSite | null;
  /** The argument of that call which is the edge's later end; null when the call has none. */
  readonly path: ArgumentPath | null;
}

/** An edge of which one end or both are a group, as it was written. */
export interface GroupEdgeDefinition extends Pick<EdgeDefinition, "site" | "path"> {
  readonly upstream: Member;
  readonly downstream: Member;
}

/** What a group may hold. */
export type Member = TaskDefinition | GroupDefinition;

/** As the author gave it, but for its id, which has the prefix of the group around it. */
export interface GroupDefinition {
  readonly dag: DagDefinition;
  readonly group: GroupDefinition | null;
  readonly id: string;
  readonly spec: TaskGroupSpec;
  readonly site: CallSite | null;
}

/** As the author gave it: what is typed here may be of any type. A text that is its id has the prefix of its group. */
export interface TaskDefinition {
  readonly dag: DagDefinition;
  readonly group: GroupDefinition | null;
  readonly id: string;
  readonly body: TaskBody;
  readonly spec: NodeTaskSpec | TeardownSpec;
  readonly role: "setup" | "teardown" | null;
  readonly setups: string[];
  readonly inputs: Record<string, TaskRef<unknown> | JsonValue>;
  readonly site: CallSite | null;
  /** The call that gave the inputs. */
  readonly placedAt: CallSite | null;
}

/** A task that was defined: when nobody places it, it is in no DAG. */
export interface TaskDraft {
  readonly id: string;
  readonly group: GroupDefinition | null;
  readonly site: CallSite | null;
  isPlaced: boolean;
}

export interface DagDefinition {
  readonly id: string;
  readonly spec: DagSpec;
  readonly tasks: TaskDefinition[];
  readonly drafts: TaskDraft[];
  readonly groups: GroupDefinition[];
  readonly edges: EdgeDefinition[];
  readonly groupEdges: GroupEdgeDefinition[];
  readonly site: CallSite | null;
}

export function isTaskRef(value: unknown): value is TaskRef<unknown> {
  return typeof value === "object" && value !== null && taskBrand in value;
}

export function isTaskGroupRef(value: unknown): value is TaskGroupRef {
  return typeof value === "object" && value !== null && groupBrand in value;
}

/** The definition of what the author holds in hand. */
export function memberOf(node: TaskOrGroup): Member {
  return isTaskRef(node) ? node[taskBrand] : node[groupBrand];
}

export function isOperator(value: unknown): value is Operator<unknown> {
  return typeof value === "object" && value !== null && operatorBrand in value;
}

/** The operator functions' common last line: brands the object. */
export function defineOperator<Output>(operator: Omit<Operator<Output>, typeof operatorBrand>): Operator<Output> {
  return Object.freeze({ ...operator, [operatorBrand]: true as const });
}
