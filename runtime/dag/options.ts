// The options that exist, by name: one table for each of the author's option types, which the compiler holds against that type, and
// the reader that takes from what was given what is sound and says what is not.

import { findNearest } from "../did-you-mean.ts";
import type { TaskDefinition, TeardownSpec } from "./definition.ts";
import {
  below,
  type Fault,
  flag,
  isPlainObject,
  jsonObject,
  number,
  type Shape,
  schedule,
  tasks,
  text,
  texts,
  textsByName,
  unknownName,
  wrong,
} from "./shapes.ts";
import type { DagSpec, NodeTaskSpec, TaskArgsSpec, TaskSpec } from "./spec.ts";
import type { TriggerRule } from "./trigger-rules.ts";
import type { WeightRule } from "./weight-rules.ts";

type KeyOf<T> = T extends unknown ? keyof T : never;
type ValueOf<T, Name> = T extends unknown ? (Name extends keyof T ? Exclude<T[Name], undefined> : never) : never;
type IsOptional<T, Name> = T extends unknown
  ? Name extends keyof T
    ? Record<never, never> extends Pick<T, Name>
      ? true
      : false
    : true
  : never;

/** A shape for every option of `T`, of the option's own type; those that must be given say so. Of a union, the options of all. */
export type KnownOptions<T> = {
  readonly [Name in KeyOf<T>]-?: true extends IsOptional<T, Name>
    ? Shape<ValueOf<T, Name>> & { readonly isRequired?: never }
    : Shape<ValueOf<T, Name>> & { readonly isRequired: true };
};

export interface ReadOptions<T> {
  /** What is set and sound. */
  readonly sound: Partial<T>;
  readonly faults: readonly Fault[];
}

export function required<T>(shape: Shape<T>): Shape<T> & { readonly isRequired: true } {
  return { ...shape, isRequired: true };
}

export function readOptions<T extends object>(given: unknown, known: KnownOptions<T>): ReadOptions<T> {
  if (!isPlainObject(given))
    return { sound: {}, faults: wrong(given, "an object of options", "write { name: value }") };
  const table = known as Readonly<Record<string, Shape<unknown> & { isRequired?: true }>>;
  const names = Object.keys(table);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(table, name));
  const faults: Fault[] = unknown.map((name) => unknownName(name, names));
  const sound: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(table)) {
    const found = faultsOf(name, given[name], shape);
    faults.push(...found);
    if (given[name] === undefined) {
      // Misspelt rather than forgotten: said once.
      const isMisspelt = unknown.some((other) => findNearest(other, names) === name);
      if (shape.isRequired && !isMisspelt) faults.push(missing(name));
    } else if (found.length === 0) sound[name] = given[name];
  }
  return { sound: sound as Partial<T>, faults };
}

function faultsOf(name: string, value: unknown, shape: Shape<unknown>): Fault[] {
  return value === undefined ? [] : below(name, shape.findFaults(value));
}

function missing(name: string): Fault {
  return { steps: [name], problem: "is missing", remedy: `add ${name} to the options` };
}

export const taskArgsOptions: KnownOptions<TaskArgsSpec> = {
  owner: text,
  retries: number,
  retryDelay: number,
  executionTimeout: number,
  retryExponentialBackoff: flag,
  maxRetryDelay: number,
  pool: text,
  poolSlots: number,
  priorityWeight: number,
  weightRule: anyOf<WeightRule>(),
  queue: text,
  dependsOnPast: flag,
  ignoreFirstDependsOnPast: flag,
  waitForDownstream: flag,
  maxActiveTisPerDag: number,
  maxActiveTisPerDagrun: number,
};

export const dagOptions: KnownOptions<DagSpec> = {
  displayName: text,
  description: text,
  docMd: text,
  schedule,
  startDate: text,
  endDate: text,
  timezone: text,
  catchup: flag,
  tags: texts,
  ownerLinks: textsByName,
  maxActiveRuns: number,
  maxActiveTasks: number,
  maxConsecutiveFailedDagRuns: number,
  dagrunTimeout: number,
  failFast: flag,
  isPausedUponCreation: flag,
  params: jsonObject,
  defaultArgs: { findFaults: (value) => readOptions(value, taskArgsOptions).faults },
};

const taskOptions: KnownOptions<TaskSpec> = {
  ...taskArgsOptions,
  displayName: text,
  docMd: text,
  triggerRule: anyOf<TriggerRule>(),
};

const nodeTaskOptions: KnownOptions<NodeTaskSpec> = { ...taskOptions, connections: texts, variables: texts };

const teardownOptions: KnownOptions<TeardownSpec> = { ...nodeTaskOptions, of: tasks };

/** Which of the tables a task's options are of. */
export function optionsOf({ body, role }: TaskDefinition): KnownOptions<NodeTaskSpec> {
  if (role === "teardown") return teardownOptions;
  const isNode = role === "setup" || body.kind === "handler" || body.kind === "short_circuit";
  return isNode ? nodeTaskOptions : (taskOptions as KnownOptions<NodeTaskSpec>);
}

/** Any text: which words exist, and where, is for the rule to say. */
function anyOf<Word extends string>(): Shape<Word> {
  return { findFaults: text.findFaults };
}
