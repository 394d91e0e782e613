// The public entry `dagwright`: re-exports only.

/// <reference path="./sql-files.d.ts" preserve="true" />

export { type Config, defineConfig, type LintConfig, type LintOverride, type RuleSettings } from "./config.ts";
export type { Connection } from "./connections/connection.ts";
export { getClient, getContext, type ParamsOf, projectPath, type TaskClient, type TaskContext } from "./context.ts";
export { chain } from "./dag/chain.ts";
export { Dag } from "./dag/dag.ts";
export type { Operator, TaskOrGroup, TaskRef, TeardownSpec } from "./dag/definition.ts";
export { describe } from "./dag/describe.ts";
export type { JsonObject, JsonValue } from "./dag/json.ts";
export type { DagModel, GroupModel, TaskModel } from "./dag/model.ts";
export { param } from "./dag/param.ts";
export type { Param, ParamSpec, ParamsSpec, ParamValues } from "./dag/param-spec.ts";
export type { Cron, CronPreset, Every, SchedulePreset, ScheduleSpec } from "./dag/schedule.ts";
export type { DagSpec, NodeTaskSpec, TaskArgsSpec, TaskGroupSpec, TaskSpec } from "./dag/spec.ts";
export type { InputsOf, TaskFactory, TaskGroup } from "./dag/task-scope.ts";
export type { TriggerRule } from "./dag/trigger-rules.ts";
export { type VariableOptions, variable } from "./dag/variable.ts";
export type { TextOrVariable, VariableRef } from "./dag/variable-ref.ts";
export { AirflowFailException, AirflowSkipException } from "./errors.ts";
export { defineRule, type LintFinding, type LintRule, type RuleSubject } from "./lint-rule.ts";
