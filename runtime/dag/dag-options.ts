// The options of DAGs, groups and tasks that exist, by name: one table for each of the author's option types.

import type { TaskDefinition, TeardownSpec } from "./definition.ts";
import { type KnownOptions, readOptions } from "./options.ts";
import { isParam } from "./param-spec.ts";
import {
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
} from "./shapes.ts";
import type { DagSpec, NodeTaskSpec, TaskArgsSpec, TaskGroupSpec, TaskSpec } from "./spec.ts";
import type { TriggerRule } from "./trigger-rules.ts";
import type { WeightRule } from "./weight-rules.ts";

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
  destructive: flag,
  params: { findFaults: findParamsFaults },
  defaultArgs: { findFaults: (value) => readOptions(value, taskArgsOptions).faults },
};

export const taskGroupOptions: KnownOptions<TaskGroupSpec> = {
  displayName: text,
  tooltip: text,
  prefixGroupId: flag,
  defaultArgs: dagOptions.defaultArgs,
};

const taskOptions: KnownOptions<TaskSpec> = {
  ...taskArgsOptions,
  displayName: text,
  docMd: text,
  triggerRule: anyOf<TriggerRule>(),
  idempotent: flag,
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

/** Each a plain value, or what `param` made: that was checked there. */
function findParamsFaults(given: unknown): readonly Fault[] {
  if (!isPlainObject(given)) return jsonObject.findFaults(given);
  return jsonObject.findFaults(Object.fromEntries(Object.entries(given).filter(([, value]) => !isParam(value))));
}
