// A task as the call of its operator, and what tasks share with `default_args`.

import type { TaskArgs, TaskModel } from "../../runtime/dag/model.ts";
import { call, type Expression, list, literal, pythonString } from "./python-literal.ts";
import { seconds } from "./timetable.ts";

export function taskCall(task: TaskModel): Expression {
  const id = { task_id: pythonString(task.id) };
  const common = {
    ...argsOf(task),
    // as_teardown() sets a teardown's own rule.
    trigger_rule:
      task.triggerRule === "all_success" || task.role === "teardown" ? undefined : pythonString(task.triggerRule),
  };
  switch (task.kind) {
    case "bash":
      return call("BashOperator", { ...id, bash_command: pythonString(task.command), ...common });
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
        ...common,
      });
    default:
      return task satisfies never;
  }
}

export function argsOf(
  args: TaskArgs,
): Record<"owner" | "retries" | "retry_delay" | "execution_timeout", Expression | undefined> {
  return {
    owner: args.owner === null ? undefined : pythonString(args.owner),
    retries: args.retries === null ? undefined : literal(args.retries),
    retry_delay: args.retryDelay === null ? undefined : seconds(args.retryDelay),
    execution_timeout: args.executionTimeout === null ? undefined : seconds(args.executionTimeout),
  };
}
