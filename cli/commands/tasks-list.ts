// `dagwright tasks list`: the tasks of a DAG, sorted, as Airflow's command prints them; or as a tree, as Airflow 2 did.

import type { DagModel, TaskModel } from "../../runtime/dag/model.ts";
import type { Command } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface TasksListArgs {
  readonly dag_id: string;
  readonly tree: boolean;
  readonly output?: OutputFormat;
}

export const tasksList: Command<TasksListArgs> = {
  name: "tasks list",
  summary: "List the tasks of a DAG",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    tree: { type: "boolean", default: false, description: "With what is downstream below each" },
    output: outputOnDemand,
  },
  run: async ({ dag_id, tree, output }, io) => {
    if (tree && output !== undefined) {
      throw usageError(
        "--tree and --output exclude each other",
        "Give one of them; dags show -o json has the edges, too",
      );
    }
    const { getKnownDag } = await import("../known-dags.ts");
    const dag = await getKnownDag(io, dag_id);
    if (dag === undefined) return 1;
    if (output !== undefined) {
      const { showRows } = await import("../show-rows.ts");
      const columns = ["task_id", "kind", "trigger_rule", "upstream"] as const;
      await showRows(dag.model.tasks.map(describe).sort(byId), { output, columns }, io);
      return 0;
    }
    const lines = tree ? await treeOf(dag.model) : dag.model.tasks.map(({ id }) => id).sort();
    io.stdout(lines.map((line) => `${line}\n`).join(""));
    return 0;
  },
};

function describe({ id, kind, triggerRule, upstream }: TaskModel) {
  return { task_id: id, kind, trigger_rule: triggerRule, upstream };
}

function byId(left: { readonly task_id: string }, right: { readonly task_id: string }): number {
  return left.task_id < right.task_id ? -1 : 1;
}

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
