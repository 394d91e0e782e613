// From a model to what the Airflow template shows: finished Python text for every hole. Pure: the same model gives the same text.

import { graphOf, topologicalOrder } from "../../runtime/dag/graph.ts";
import { type DagModel, isNodeTask } from "../../runtime/dag/model.ts";
import { dagCall } from "./dag-call.ts";
import { type OrderStatement, orderStatements, type Step } from "./order-statements.ts";
import { call, callOf, type Expression, layOut, list } from "./python-literal.ts";
import { pythonNames } from "./python-names.ts";
import { taskCall } from "./task-call.ts";
import { type Timetable, timetableOf } from "./timetable.ts";

export interface AirflowView {
  readonly source: string;
  readonly definition: string;
  readonly usesTimedelta: boolean;
  readonly usesPendulum: boolean;
  /** What comes from `airflow.sdk`. */
  readonly sdk: string;
  readonly usesBash: boolean;
  readonly usesEmpty: boolean;
  readonly usesNode: boolean;
  readonly timetable: Timetable | null;
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
  const usesParam = model.paramSchemas !== undefined;
  const usesChain = order.some((part) => part.kind === "chain");
  const text = [dag, ...tasks].join("\n");
  return {
    source: facts.file,
    definition: facts.definition,
    usesTimedelta: text.includes("timedelta("),
    usesPendulum: model.startDate !== null || model.endDate !== undefined,
    sdk: ["DAG", ...(usesParam ? ["Param"] : []), ...(usesChain ? ["chain"] : [])].join(", "),
    usesBash: model.tasks.some((task) => task.kind === "bash"),
    usesEmpty: model.tasks.some((task) => task.kind === "empty"),
    usesNode: model.tasks.some(isNodeTask),
    timetable: timetableOf(model.schedule),
    dag,
    tasks,
    roles: roleStatements(model, nameOf),
    order: order.map((part) => orderText(part, nameOf)),
  };
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
