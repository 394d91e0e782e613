// Everything in a live definition that the model has to do without: each value of another type than it should be, with its place.

import { dagOptions, optionsOf, taskGroupOptions } from "./dag-options.ts";
import {
  type DagDefinition,
  type GroupDefinition,
  isOperator,
  isTaskRef,
  type Member,
  type Mistake,
  type TaskBody,
  type TaskDefinition,
} from "./definition.ts";
import { confirmParam } from "./destructive.ts";
import { expand, taskEdges, tasksOf } from "./group-edges.ts";
import { type Argument, toMistakes } from "./mistake.ts";
import { readOptions } from "./options.ts";
import { type Fault, findJsonFaults, isPlainObject, show, text, wrong } from "./shapes.ts";

export function findMistakes(dag: DagDefinition): Mistake[] {
  const where = `DAG ${show(dag.id)}`;
  const { faults } = readOptions(dag.spec, dagOptions);
  return [
    ...toMistakes({ call: dag.site, index: 0, where, name: "the id" }, checkId(dag.id)),
    ...toMistakes({ call: dag.site, index: 1, where, name: "the second argument" }, [
      ...faults,
      ...findTakenParam(dag),
    ]),
    ...dag.groups.flatMap((group) => findInGroup(group, where)),
    ...findEmptyGroups(dag, where),
    ...findEmptyEdges(dag, where),
    ...dag.tasks.flatMap((task) => findInTask(task, where)),
  ];
}

function findTakenParam({ spec }: DagDefinition): readonly Fault[] {
  if (!isPlainObject(spec) || spec.destructive !== true) return [];
  if (!isPlainObject(spec.params) || !Object.hasOwn(spec.params, confirmParam)) return [];
  const problem = "is the param by which a destructive DAG is confirmed, which it has by itself";
  return [{ steps: ["params", confirmParam], problem, remedy: "give the param another name", isOfName: true }];
}

function findInGroup({ id, spec, site: call }: GroupDefinition, dag: string): Mistake[] {
  const where = `${dag}, group ${show(id)}`;
  const { faults } = readOptions(spec, taskGroupOptions);
  return [
    ...toMistakes({ call, index: 0, where, name: "the id" }, checkId(id)),
    ...toMistakes({ call, index: 1, where, name: "argument 2" }, faults),
  ];
}

/** Airflow shows a box without tasks, and takes edges with it for something else. Said of the inner one, and once. */
function findEmptyGroups({ groups, tasks, drafts }: DagDefinition, dag: string): Mistake[] {
  const isIn = (group: GroupDefinition) => (member: Pick<Member, "group">) => member.group === group;
  const isEmpty = (group: GroupDefinition) => ![tasks, drafts, groups].some((members) => members.some(isIn(group)));
  return groups.filter(isEmpty).map(({ id, site }) => ({
    call: site,
    path: [0],
    text: `${dag}, group ${show(id)}: has no tasks`,
    remedy: "make its tasks with its own methods, group.task(…), or leave it out",
  }));
}

/** Source: airflow.sdk.definitions.taskgroup (_set_relatives): without leaves it orders what comes before the group, or the group around it. */
function findEmptyEdges(dag: DagDefinition, where: string): Mistake[] {
  const edges = taskEdges(dag);
  const hasTasks = (member: Member) => tasksOf(member).length > 0;
  return dag.groupEdges
    .filter((edge) => hasTasks(edge.upstream) && hasTasks(edge.downstream) && expand(edge, edges).length === 0)
    .map(({ upstream, downstream, site, path }) => ({
      call: site,
      path: path ?? [0],
      text: `${where}, group ${show(upstream.id)}: ordered before ${show(downstream.id)}, but has nothing other than setups and teardowns that could come before it`,
      remedy: "order the tasks themselves",
    }));
}

function findInTask(task: TaskDefinition, dag: string): Mistake[] {
  const found: Readonly<Record<Part, readonly Fault[]>> = {
    id: checkId(task.id),
    work: checkWork(task.body, task.role),
    options: readOptions(task.spec, optionsOf(task)).faults,
    inputs: checkInputs(task),
  };
  return parts.flatMap((part) => toMistakes(argumentOf(task, dag, part), found[part]));
}

const parts = ["id", "work", "options", "inputs"] as const;
type Part = (typeof parts)[number];

/** Where the author wrote that part of a task. */
function argumentOf(task: TaskDefinition, dag: string, part: Part): Argument {
  const where = `${dag}, task ${show(task.id)}`;
  const options = task.body.kind === "empty" ? 1 : 2;
  switch (part) {
    case "id":
      return { call: task.site, index: 0, where, name: "the id" };
    case "work":
      return {
        call: task.site,
        index: 1,
        where,
        name: task.body.kind === "bash" ? "the command" : "the second argument",
      };
    case "options":
      return { call: task.site, index: options, where, name: `argument ${options + 1}` };
    case "inputs":
      return { call: task.placedAt, index: 0, where, name: "what it is called with" };
    default:
      return part satisfies never;
  }
}

function checkId(id: unknown): readonly Fault[] {
  return typeof id === "string" ? [] : wrong(id, "a string", "write it in quotes");
}

function checkWork(body: TaskBody, role: TaskDefinition["role"]): readonly Fault[] {
  switch (body.kind) {
    case "handler":
    case "short_circuit": {
      if (typeof body.handler === "function") return [];
      return role === null
        ? wrong(body.handler, "a function", "give the function that does the work: () => …")
        : wrong(body.handler, "a function or an operator", "give what does the work: () => …, or sql({ … })");
    }
    case "operator": {
      if (isOperator(body.operator)) return findJsonFaults(body.operator.options);
      return wrong(body.operator, "an operator", 'give what a function of "dagwright/operators" returns: sql({ … })');
    }
    case "bash":
      return text.findFaults(body.command);
    case "empty":
      return [];
    default:
      return body satisfies never;
  }
}

/** An operator's inputs are among its options. */
function checkInputs({ body, inputs }: TaskDefinition): readonly Fault[] {
  if (body.kind === "operator") return [];
  return findJsonFaults(Object.fromEntries(Object.entries(inputs).filter(([, input]) => !isTaskRef(input))));
}
