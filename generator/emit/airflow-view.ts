// From a model to what the Airflow template shows: finished Python text for every hole. Pure: the same model gives the same text.

import { graphOf, topologicalOrder } from "../../runtime/dag/graph.ts";
import { type DagModel, isNodeTask, type TaskArgs, type TaskModel } from "../../runtime/dag/model.ts";
import type { Schedule } from "../../runtime/dag/schedule.ts";
import { type OrderStatement, orderStatements, type Step } from "./order-statements.ts";
import { call, callOf, dict, type Expression, layOut, list, literal, pythonString, set } from "./python-literal.ts";
import { pythonNames } from "./python-names.ts";

export interface AirflowView {
  readonly source: string;
  readonly definition: string;
  readonly usesTimedelta: boolean;
  readonly usesPendulum: boolean;
  readonly usesChain: boolean;
  readonly usesBash: boolean;
  readonly usesEmpty: boolean;
  readonly usesNode: boolean;
  /** Name of the timetable class, or null. */
  readonly timetable: string | null;
  readonly dag: string;
  /** Statements of the `with` block, indented. */
  readonly tasks: readonly string[];
  readonly roles: readonly string[];
  readonly order: readonly string[];
}

export interface EmitFacts {
  /** The DAG file, relative to the project. */
  readonly file: string;
  readonly definition: string;
}

const indent = "    ";

export function airflowView(model: DagModel, facts: EmitFacts): AirflowView {
  const names = pythonNames(model.tasks.map((task) => task.id));
  const nameOf = (id: string) => names.get(id)!;
  const dag = layOut(dagCall(model, facts.definition), "", "with ".length, ":".length);
  const graph = graphOf(model);
  const tasks = topologicalOrder(graph).map((id) => statement(`${nameOf(id)} = `, taskCall(graph.tasks.get(id)!)));
  const order = orderStatements(model);
  const text = [dag, ...tasks].join("\n");
  return {
    source: facts.file,
    definition: facts.definition,
    usesTimedelta: text.includes("timedelta("),
    usesPendulum: model.startDate !== null,
    usesChain: order.some((part) => part.kind === "chain"),
    usesBash: model.tasks.some((task) => task.kind === "bash"),
    usesEmpty: model.tasks.some((task) => task.kind === "empty"),
    usesNode: model.tasks.some(isNodeTask),
    timetable: timetableClass(model.schedule),
    dag,
    tasks,
    roles: roleStatements(model, nameOf),
    order: order.map((part) => orderText(part, nameOf)),
  };
}

function dagCall(model: DagModel, definition: string): Expression {
  const hasNode = model.tasks.some(isNodeTask);
  return call("DAG", {
    dag_id: pythonString(model.id),
    description: model.description === null ? undefined : pythonString(model.description),
    schedule: scheduleExpression(model.schedule),
    start_date: model.startDate === null ? undefined : startDate(model.startDate, model.timezone),
    catchup: model.catchup ? "True" : "False",
    max_active_runs: model.maxActiveRuns === null ? undefined : literal(model.maxActiveRuns),
    max_active_tasks: model.maxActiveTasks === null ? undefined : literal(model.maxActiveTasks),
    tags: model.tags.length === 0 ? undefined : set(model.tags.map(pythonString)),
    params: Object.keys(model.params).length === 0 ? undefined : literal(model.params),
    default_args: defaultArgs(model, hasNode ? definition : undefined),
  });
}

function defaultArgs(model: DagModel, definition: string | undefined): Expression | undefined {
  const { retry_delay, execution_timeout, ...rest } = argsOf(model.defaultArgs);
  const entries = {
    definition: definition === undefined ? undefined : pythonString(definition),
    ...rest,
    retry_delay,
    execution_timeout,
  };
  const given = Object.entries(entries).filter((entry): entry is [string, Expression] => entry[1] !== undefined);
  return given.length === 0 ? undefined : dict(Object.fromEntries(given));
}

function taskCall(task: TaskModel): Expression {
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

function argsOf(
  args: TaskArgs,
): Record<"owner" | "retries" | "retry_delay" | "execution_timeout", Expression | undefined> {
  return {
    owner: args.owner === null ? undefined : pythonString(args.owner),
    retries: args.retries === null ? undefined : literal(args.retries),
    retry_delay: args.retryDelay === null ? undefined : seconds(args.retryDelay),
    execution_timeout: args.executionTimeout === null ? undefined : seconds(args.executionTimeout),
  };
}

function scheduleExpression(schedule: Schedule | null): Expression {
  if (schedule === null) return "None";
  if (schedule.kind === "delta") return callOf("DeltaTriggerTimetable", seconds(schedule.seconds));
  return {
    open: "CronTriggerTimetable(",
    items: [
      { prefix: "", value: pythonString(schedule.expression) },
      { prefix: "timezone=", value: pythonString(schedule.timezone) },
    ],
    close: ")",
  };
}

function timetableClass(schedule: Schedule | null): string | null {
  if (schedule === null) return null;
  return schedule.kind === "cron" ? "CronTriggerTimetable" : "DeltaTriggerTimetable";
}

function startDate(date: string, timezone: string): Expression {
  const numbers = date
    .split(/\D+/)
    .filter(Boolean)
    .map((part) => String(Number(part)));
  const items = [...numbers.map((value) => ({ prefix: "", value })), { prefix: "tz=", value: pythonString(timezone) }];
  return { open: "pendulum.datetime(", items, close: ")" };
}

function seconds(duration: number): Expression {
  return call("timedelta", { seconds: literal(duration) });
}

function roleStatements(model: DagModel, nameOf: (id: string) => string): string[] {
  return model.tasks.flatMap((task) => {
    if (task.role === "setup") return [`${indent}${nameOf(task.id)}.as_setup()`];
    if (task.role !== "teardown") return [];
    const setups = task.setups.length === 0 ? {} : { setups: list(task.setups.map(nameOf)) };
    return [statement("", call(`${nameOf(task.id)}.as_teardown`, setups))];
  });
}

function orderText(part: OrderStatement, nameOf: (id: string) => string): string {
  switch (part.kind) {
    case "chain":
      return statement("", callOf("chain", ...part.steps.map((step) => stepExpression(step, nameOf))));
    case "fan-out":
      return statement(
        `${nameOf(part.from)} >> `,
        part.to.length === 1 ? nameOf(part.to[0]!) : list(part.to.map(nameOf)),
      );
    case "fan-in":
      return `${indent}${layOut(list(part.from.map(nameOf)), indent, indent.length, ` >> ${nameOf(part.to)}`.length)} >> ${nameOf(part.to)}`;
    default:
      return part satisfies never;
  }
}

function stepExpression(step: Step, nameOf: (id: string) => string): Expression {
  return step.length === 1 ? nameOf(step[0]!) : list(step.map(nameOf));
}

function statement(prefix: string, expression: Expression): string {
  return `${indent}${prefix}${layOut(expression, indent, indent.length + prefix.length)}`;
}
