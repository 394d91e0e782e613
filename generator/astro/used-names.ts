// What the DAGs of a project name and an Airflow must have: connections, variables and pools, each with the DAGs that use it.

import { airflowDefaults, type DagModel, effectiveArgs, isNodeTask, type TaskModel } from "../../runtime/dag/model.ts";

export interface UsedName {
  readonly name: string;
  /** Ids of DAGs, sorted. */
  readonly dags: readonly string[];
}

export interface UsedNames {
  readonly connections: readonly UsedName[];
  readonly variables: readonly UsedName[];
  /** Without the one that every Airflow has. */
  readonly pools: readonly UsedName[];
}

export function findUsedNames(dags: readonly DagModel[]): UsedNames {
  return {
    connections: collect(dags, (_, task) => (isNodeTask(task) ? task.connections : [])),
    variables: collect(dags, (_, task) => (isNodeTask(task) ? task.variables : [])),
    pools: collect(dags, (dag, task) => [effectiveArgs(dag, task).pool]).filter(
      ({ name }) => name !== airflowDefaults.pool,
    ),
  };
}

function collect(dags: readonly DagModel[], namesOf: (dag: DagModel, task: TaskModel) => readonly string[]) {
  const users = new Map<string, Set<string>>();
  for (const dag of dags) {
    for (const name of dag.tasks.flatMap((task) => namesOf(dag, task)))
      users.set(name, (users.get(name) ?? new Set()).add(dag.id));
  }
  return [...users.keys()].sort().map((name): UsedName => ({ name, dags: [...users.get(name)!].sort() }));
}
