// Arguments that came past TypeScript's types, which the load has found already, and those that types cannot rule out: what Airflow
// would refuse, or silently take otherwise.

import {
  type GroupModel,
  isNodeTask,
  type NodeTaskModel,
  type TaskArgs,
  type TaskModel,
} from "../../runtime/dag/model.ts";
import { triggerRules } from "../../runtime/dag/trigger-rules.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import type { LoadedDag, Spot } from "../load/loaded.ts";
import { checkDagArguments } from "./dag-arguments.ts";
import { checkName, checkOne, checkValues, type Demand, demands } from "./demands.ts";
import { argumentOfTask, type Finding, inDag, inGroup, inTask, type Rule } from "./rule.ts";

const argumentDemands: Readonly<Record<string, Demand>> = {
  owner: demands.owner,
  retries: demands.count,
  retryDelay: demands.seconds,
  executionTimeout: demands.positiveSeconds,
  maxRetryDelay: demands.positiveSeconds,
  pool: demands.name,
  poolSlots: demands.positiveCount,
  priorityWeight: demands.weight,
  weightRule: demands.weightRule,
  queue: demands.name,
  maxActiveTisPerDag: demands.positiveCount,
  maxActiveTisPerDagrun: demands.positiveCount,
};

const taskDemands = { ...argumentDemands, displayName: demands.displayName };

export const invalidArgument: Rule = {
  code: "invalid-argument",
  group: "validity",
  severity: "error",
  summary: "options exist, and have values that Airflow accepts",
  isFixable: true,
  view: "project",
  isByFile: true,
  check: (project) => [
    ...project.mistakes,
    ...project.dags.flatMap((dag) => checkDag(dag).map((finding) => ({ ...finding, dag }))),
  ],
};

function checkDag(dag: LoadedDag): Finding[] {
  return [
    ...checkDagArguments(dag),
    ...checkDefaultArgs(dag.model.defaultArgs, (name) => inDag(dag, "defaultArgs", name)),
    ...(dag.model.groups ?? []).flatMap((group, index) => checkGroup(dag, group, index)),
    ...dag.model.tasks.flatMap((task, index) => checkTask(dag, task, index)),
  ];
}

function checkDefaultArgs(args: TaskArgs, spotOf: (name: string) => Spot): Finding[] {
  return [...checkValues(args, argumentDemands, spotOf), ...checkPast(args, spotOf)];
}

function checkGroup(dag: LoadedDag, group: GroupModel, index: number): Finding[] {
  return [
    ...checkValues(group, { displayName: demands.displayName }, (name) => inGroup(dag, index, name)),
    ...checkDefaultArgs(group.defaultArgs, (name) => inGroup(dag, index, "defaultArgs", name)),
  ];
}

function checkTask(dag: LoadedDag, task: TaskModel, index: number): Finding[] {
  const inputs = isNodeTask(task) ? [...Object.keys(task.xcoms), ...Object.keys(task.literals)] : [];
  return [
    ...checkValues(task, taskDemands, (name) => inTask(dag, index, name)),
    ...checkPast(task, (name) => inTask(dag, index, name)),
    ...checkTriggerRule(dag, task, inTask(dag, index, "triggerRule")),
    ...inputs.flatMap((name) => checkName("input", name, inTask(dag, index))),
    ...(isNodeTask(task) ? checkNeeds(dag, task, index) : []),
    ...(task.kind === "bash" ? checkCommand(dag, task.command, index) : []),
  ];
}

/** Airflow takes the one for the other, without a word. */
function checkPast({ dependsOnPast, waitForDownstream }: TaskArgs, spotOf: (name: string) => Spot): Finding[] {
  if (dependsOnPast !== false || waitForDownstream !== true) return [];
  const text = "dependsOnPast false beside waitForDownstream, which makes it true";
  return [{ at: spotOf("dependsOnPast"), text, remedy: "leave dependsOnPast out, or waitForDownstream" }];
}

function checkNeeds(dag: LoadedDag, task: NodeTaskModel, index: number): Finding[] {
  const spotOf = (list: string, id: string) =>
    task.kind === "operator" ? argumentOfTask(dag, index, 1) : inTask(dag, index, list, { element: id });
  const found = (kind: string, list: "connections" | "variables", check: Demand) =>
    task[list].flatMap((value) => checkOne(kind, check, { value, at: spotOf(list, value) }));
  return [
    ...found("connection id", "connections", demands.connectionId),
    ...found("variable key", "variables", demands.variableKey),
  ];
}

function checkTriggerRule(dag: LoadedDag, task: TaskModel, at: Spot): Finding[] {
  const { triggerRule: rule, role, upstream } = task;
  const found = `triggerRule ${JSON.stringify(rule)} of task ${JSON.stringify(task.id)}`;
  if (!triggerRules.includes(rule))
    return [{ at, text: `${found} does not exist`, remedy: suggest(String(rule), triggerRules) }];
  if (role === "teardown") {
    if (rule === "all_done_setup_success") return [];
    return [{ at, text: `${found}: a teardown has its own rule`, remedy: "leave triggerRule out" }];
  }
  if (rule === "all_done_setup_success") {
    return [{ at, text: `${found} belongs to teardowns`, remedy: "use all_done, or make the task a teardown" }];
  }
  if (rule === "all_success") return [];
  const setup = dag.model.tasks.find((other) => other.role === "setup" && upstream.includes(other.id));
  if (setup === undefined) return [];
  return [
    {
      at,
      text: `${found}: it comes directly after setup ${JSON.stringify(setup.id)}, where only all_success is possible`,
      remedy: "leave triggerRule out, or put a task between the two",
    },
  ];
}

function checkCommand(dag: LoadedDag, command: string, index: number): Finding[] {
  const at = argumentOfTask(dag, index, 1);
  if (command.trim() !== "") return checkOne("the bash command", demands.command, { value: command, at });
  return [{ at, text: "the bash command is empty", remedy: "use dag.empty for a task that does nothing" }];
}
