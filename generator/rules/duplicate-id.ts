// One id, one DAG in the project; one id, one task or group in a DAG. The later one is reported, and names the earlier one's place.

import type { Place } from "../diagnostic.ts";
import type { LoadedDag, LoadedProject, Spot } from "../load/loaded.ts";
import { argumentOfTask, type Finding, idOfDag, idOfGroup, type Rule } from "./rule.ts";

export const duplicateId: Rule = {
  code: "duplicate-id",
  group: "validity",
  severity: "error",
  summary: "a DAG's id is unique in the project, a task's or group's in its DAG",
  view: "project",
  check: (project) => [
    ...checkDags(project),
    ...project.dags.flatMap((dag) => [...checkTasks(dag), ...checkGroups(dag)].map((finding) => ({ ...finding, dag }))),
  ],
};

function checkDags({ dags }: LoadedProject): Finding[] {
  // A DAG is one file: on macOS and Windows names that differ only in case are the same file.
  const named = dags.map((dag) => ({ id: dag.model.id, at: idOfDag(dag), dag }));
  return findRepeated(named, (id) => id.toLowerCase()).map(({ id, at, dag, first }) => ({
    at,
    dag,
    text:
      id === first.id
        ? `DAG id ${quote(id)} is already taken at ${placeText(first.at.call)}`
        : `DAG id ${quote(id)} differs only in case from ${quote(first.id)} at ${placeText(first.at.call)}`,
    remedy: "give one of the two DAGs another id",
  }));
}

function checkTasks(dag: LoadedDag): Finding[] {
  const named = dag.model.tasks.map(({ id }, index) => ({ id, at: argumentOfTask(dag, index, 0), dag }));
  // A try has a folder of its task's name.
  return findRepeated(named, (id) => id.toLowerCase()).map(({ id, at, first }) => ({
    at,
    text:
      id === first.id
        ? `task id ${quote(id)} is already taken in DAG ${quote(dag.model.id)} at ${placeText(first.at.call)}`
        : `task id ${quote(id)} differs only in case from ${quote(first.id)} at ${placeText(first.at.call)}`,
    remedy: "give one of the two tasks another id",
  }));
}

/** Groups and tasks share their ids, and Airflow takes two more for the points where it draws a group's edges together. */
function checkGroups(dag: LoadedDag): Finding[] {
  const groups = (dag.model.groups ?? []).map(({ id }, index) => ({ what: "group", id, at: idOfGroup(dag, index) }));
  const tasks = dag.model.tasks.map(({ id }, index) => ({ what: "task", id, at: argumentOfTask(dag, index, 0) }));
  const isJoin = (id: string) => groups.some((group) => joinsOf(group.id).includes(id));
  const joins = [...tasks, ...groups].flatMap(({ what, id, at }) =>
    isJoin(id)
      ? [
          {
            at,
            text: `${what} id ${quote(id)} is one that Airflow keeps for the group's edges`,
            remedy: "use another id",
          },
        ]
      : [],
  );
  const repeated = groups.flatMap((group, index) => {
    const first = tasks.find(({ id }) => id === group.id) ?? groups.slice(0, index).find(({ id }) => id === group.id);
    if (first === undefined) return [];
    const text = `group id ${quote(group.id)} is already taken in DAG ${quote(dag.model.id)} by the ${first.what} at ${placeText(first.at.call)}`;
    return [{ at: group.at, text, remedy: "give one of the two another id" }];
  });
  return [...joins, ...repeated];
}

/** Source: airflow.sdk.definitions.taskgroup (upstream_join_id, downstream_join_id). */
function joinsOf(group: string): string[] {
  return [`${group}.upstream_join_id`, `${group}.downstream_join_id`];
}

interface Named {
  readonly id: string;
  readonly at: Spot;
  readonly dag: LoadedDag;
}

function findRepeated(all: readonly Named[], keyOf: (id: string) => string): (Named & { readonly first: Named })[] {
  const seen = new Map<string, Named>();
  return all.flatMap((named) => {
    const key = keyOf(String(named.id));
    const first = seen.get(key);
    if (first) return [{ ...named, first }];
    seen.set(key, named);
    return [];
  });
}

function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
