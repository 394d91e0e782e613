// From a model to what the Airflow template shows: finished Python text for every hole. Pure: the same model gives the same text.

import { type DagModel, isNodeTask, labelOf, type TaskModel } from "../../runtime/dag/model.ts";
import { type Block, blockOf, setupsStatedBy } from "./blocks.ts";
import { dagCall } from "./dag-call.ts";
import { groupCall } from "./group-call.ts";
import { type OrderStatement, orderStatements, type Step } from "./order-statements.ts";
import { call, callOf, type Expression, layOut, list } from "./python-literal.ts";
import { namesInGroups } from "./python-names.ts";
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
  /** The `with` block, indented. */
  readonly body: readonly string[];
}

export interface EmitFacts {
  /** The DAG file, relative to the project. */
  readonly file: string;
  readonly definition: string;
}

const indentStep = "    ";

export function airflowView(model: DagModel, facts: EmitFacts): AirflowView {
  const dag = layOut(dagCall(model, facts.definition), "", "with ".length, ":".length);
  const members = [...model.tasks, ...(model.groups ?? [])];
  const names = namesInGroups(new Map(members.map((member) => [member.id, labelOf(model, member)])));
  const body = blockLines(blockOf(model), { model, names, indent: indentStep });
  const text = [dag, ...body].join("\n");
  const isCalled = (name: string) => body.some((line) => line.trimStart().startsWith(`${name}(`));
  const uses: readonly (readonly [string, boolean])[] = [
    ["DAG", true],
    ["Param", model.paramSchemas !== undefined],
    ["TaskGroup", model.groups !== undefined],
    ["chain", isCalled("chain")],
  ];
  return {
    source: facts.file,
    definition: facts.definition,
    usesTimedelta: withoutStrings(text).includes("timedelta("),
    usesPendulum: model.startDate !== null || model.endDate !== undefined,
    sdk: uses.flatMap(([name, isUsed]) => (isUsed ? [name] : [])).join(", "),
    usesBash: model.tasks.some((task) => task.kind === "bash"),
    usesEmpty: model.tasks.some((task) => task.kind === "empty"),
    usesNode: model.tasks.some(isNodeTask),
    timetable: timetableOf(model.schedule),
    dag,
    body,
  };
}

/** Texts of the author's may look like Python. */
function withoutStrings(python: string): string {
  return python.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}

interface Surroundings {
  readonly model: DagModel;
  readonly names: ReadonlyMap<string, string>;
  readonly indent: string;
}

/** Tasks in one paragraph, each group in one of its own, and at the end what orders them. */
function blockLines(block: Block, around: Surroundings): string[] {
  const lines: string[] = [];
  for (const [index, member] of block.members.entries()) {
    const isGroup = "members" in member;
    const previous = block.members[index - 1];
    if (previous && (isGroup || "members" in previous)) lines.push("");
    lines.push(...(isGroup ? groupLines(member, around) : [taskLine(member, around)]));
  }
  const last = [...roleLines(block, around), ...orderLines(block, around)];
  return last.length === 0 ? lines : [...lines, "", ...last];
}

function groupLines(block: Block, around: Surroundings): string[] {
  const { model, names, indent } = around;
  const group = block.group!;
  const end = ` as ${names.get(group.id)}:`;
  const head = layOut(groupCall(model, group), indent, `${indent}with `.length, end.length);
  return [`${indent}with ${head}${end}`, ...blockLines(block, { ...around, indent: indent + indentStep })];
}

function taskLine(task: TaskModel, { model, names, indent }: Surroundings): string {
  return statement(indent, `${names.get(task.id)} = `, taskCall(task, labelOf(model, task)));
}

function roleLines(block: Block, { model, names, indent }: Surroundings): string[] {
  const tasks = block.members.filter((member): member is TaskModel => !("members" in member));
  // In the order of their declaration.
  return model.tasks
    .filter((task) => tasks.includes(task))
    .flatMap((task) => {
      const name = names.get(task.id)!;
      if (task.role === "setup") return [`${indent}${name}.as_setup()`];
      if (task.role !== "teardown") return [];
      const near = setupsStatedBy(model, task);
      const setups = near.length === 0 ? {} : { setups: list(near.map((id) => names.get(id)!)) };
      return [statement(indent, "", call(`${name}.as_teardown`, setups))];
    });
}

function orderLines({ order, edges }: Block, { names, indent }: Surroundings): string[] {
  const nameOf = (id: string) => names.get(id)!;
  return orderStatements(order, edges).map((part) => orderText(part, indent, nameOf));
}

function orderText(part: OrderStatement, indent: string, nameOf: (id: string) => string): string {
  const stepOf = (step: Step): Expression => (step.length === 1 ? nameOf(step[0]!) : list(step.map(nameOf)));
  switch (part.kind) {
    case "chain":
      return statement(indent, "", callOf("chain", ...part.steps.map(stepOf)));
    case "fan-out":
      return statement(indent, `${nameOf(part.from)} >> `, stepOf(part.to));
    case "fan-in": {
      const end = ` >> ${nameOf(part.to)}`;
      return `${indent}${layOut(stepOf(part.from), indent, indent.length, end.length)}${end}`;
    }
    default:
      return part satisfies never;
  }
}

function statement(indent: string, prefix: string, expression: Expression): string {
  return `${indent}${prefix}${layOut(expression, indent, indent.length + prefix.length)}`;
}
