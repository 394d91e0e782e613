// A task as the call of its operator, and what tasks share with `default_args`.

import type { TaskArgs, TaskModel } from "../../runtime/dag/model.ts";
import { call, type Expression, list, literal, optional, pythonString, textBlock } from "./python-literal.ts";
import { optionalSeconds } from "./timetable.ts";

/** @param label its id as Airflow wants it: the group around it adds its own. */
export function taskCall(task: TaskModel, label: string): Expression {
  const id = {
    task_id: pythonString(label),
    task_display_name: optional(task.displayName),
    doc_md: task.docMd === undefined ? undefined : textBlock(task.docMd),
  };
  const common = {
    ...argsOf(task),
    // as_teardown() sets a teardown's own rule.
    trigger_rule:
      task.triggerRule === "all_success" || task.role === "teardown" ? undefined : pythonString(task.triggerRule),
  };
  switch (task.kind) {
    case "bash":
      return call("BashOperator", { ...id, bash_command: pythonString(templateOf(task.command)), ...common });
    case "empty":
      return call("EmptyOperator", { ...id, ...common });
    case "handler":
    case "short_circuit":
    case "operator":
      return call("NodeOperator", {
        ...id,
        short_circuit: task.kind === "short_circuit" ? "True" : undefined,
        xcoms: Object.keys(task.xcoms).length === 0 ? undefined : literal(task.xcoms),
        connections: task.connections.length === 0 ? undefined : list(task.connections.map(pythonString)),
        variables: task.variables.length === 0 ? undefined : list(task.variables.map(pythonString)),
        variable_defaults: task.variableDefaults === undefined ? undefined : literal(task.variableDefaults),
        secret_variables: task.secretVariables === undefined ? undefined : list(task.secretVariables.map(pythonString)),
        ...common,
      });
    default:
      return task satisfies never;
  }
}

/** Jinja takes the last line end off; that there is nothing else in the command for it, a lint rule sees to. */
function templateOf(command: string): string {
  return command.endsWith("\n") ? `${command}\n` : command;
}

export function argsOf(args: TaskArgs): Readonly<Record<string, Expression | undefined>> {
  return {
    owner: optional(args.owner),
    retries: optional(args.retries),
    retry_delay: optionalSeconds(args.retryDelay),
    // A multiplier since Airflow 3.2, which still reads True as 2.
    retry_exponential_backoff: optional(args.retryExponentialBackoff),
    max_retry_delay: optionalSeconds(args.maxRetryDelay),
    execution_timeout: optionalSeconds(args.executionTimeout),
    pool: optional(args.pool),
    pool_slots: optional(args.poolSlots),
    priority_weight: optional(args.priorityWeight),
    weight_rule: optional(args.weightRule),
    queue: optional(args.queue),
    depends_on_past: optional(args.dependsOnPast),
    ignore_first_depends_on_past: optional(args.ignoreFirstDependsOnPast),
    wait_for_downstream: optional(args.waitForDownstream),
    max_active_tis_per_dag: optional(args.maxActiveTisPerDag),
    max_active_tis_per_dagrun: optional(args.maxActiveTisPerDagrun),
  };
}
