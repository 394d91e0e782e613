// One id, one DAG in the project; one id, one task in a DAG. The later one is reported, and names the earlier one's place.

import type { Place } from "../diagnostic.ts";
import type { LoadedDag, LoadedProject, Spot } from "../load/loaded.ts";
import { argumentOfTask, type Finding, idOfDag, type Rule } from "./rule.ts";

export const duplicateId: Rule = {
  code: "duplicate-id",
  group: "validity",
  severity: "error",
  summary: "a DAG's id is unique in the project, a task's id in its DAG",
  view: "project",
  check: (project) => [...checkDags(project), ...checkTasks(project)],
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

function checkTasks({ dags }: LoadedProject): Finding[] {
  return dags.flatMap((dag) => {
    const named = dag.model.tasks.map(({ id }, index) => ({ id, at: argumentOfTask(dag, index, 0), dag }));
    // A try has a folder of its task's name.
    return findRepeated(named, (id) => id.toLowerCase()).map(({ id, at, dag, first }) => ({
      at,
      dag,
      text:
        id === first.id
          ? `task id ${quote(id)} is already taken in DAG ${quote(dag.model.id)} at ${placeText(first.at.call)}`
          : `task id ${quote(id)} differs only in case from ${quote(first.id)} at ${placeText(first.at.call)}`,
      remedy: "give one of the two tasks another id",
    }));
  });
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
