// `dagwright tasks list`: the tasks of a DAG, sorted, as Airflow's command prints them; or as a tree, as Airflow 2 did.

import type { DagModel } from "../../runtime/dag/model.ts";
import type { Command } from "../command.ts";

interface TasksListArgs {
  readonly dag_id: string;
  readonly tree: boolean;
}

export const tasksList: Command<TasksListArgs> = {
  name: "tasks list",
  summary: "List the tasks of a DAG",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: { tree: { type: "boolean", default: false, description: "With what is downstream below each" } },
  run: async ({ dag_id, tree }, io) => {
    const { getKnownDag } = await import("../known-dags.ts");
    const dag = await getKnownDag(io, dag_id);
    if (dag === undefined) return 1;
    const lines = tree ? await treeOf(dag.model) : dag.model.tasks.map(({ id }) => id).sort();
    io.stdout(lines.map((line) => `${line}\n`).join(""));
    return 0;
  },
};

/** What is below a task is shown once: a DAG has more ways through it than anybody reads. */
async function treeOf(model: DagModel): Promise<string[]> {
  const { graphOf } = await import("../../runtime/dag/graph.ts");
  const { downstream } = graphOf(model);
  const shown = new Set<string>();
  const branch = (id: string, depth: number): string[] => {
    const below = downstream.get(id)!;
    const isRepeated = shown.has(id) && below.length > 0;
    shown.add(id);
    const line = `${"    ".repeat(depth)}${id}${isRepeated ? " (see above)" : ""}`;
    return isRepeated ? [line] : [line, ...below.flatMap((next) => branch(next, depth + 1))];
  };
  return model.tasks.filter(({ upstream }) => upstream.length === 0).flatMap(({ id }) => branch(id, 0));
}
