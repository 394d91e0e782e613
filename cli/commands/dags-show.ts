// `dagwright dags show`: the shape of a DAG. Airflow's command of that name prints DOT; in a terminal a tree is what can be read.

import type { Command } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

const formats = ["tree", "dot", "mermaid"] as const;

interface DagsShowArgs {
  readonly dag_id: string;
  readonly format?: (typeof formats)[number];
  readonly output?: OutputFormat;
}

const { default: _, ...outputs } = outputOption;

export const dagsShow: Command<DagsShowArgs> = {
  name: "dags show",
  summary: "Show the tasks of a DAG and their order",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    format: { type: "string", choices: formats, description: "dot for Graphviz, mermaid for Markdown; default: tree" },
    output: { ...outputs, description: `Tasks and what they wait for: ${outputs.description}` },
  },
  examples: [
    { command: "dagwright dags show report --format dot | dot -Tsvg > report.svg", description: "As a picture" },
  ],
  run: async ({ dag_id, format, output }, io) => {
    const { getKnownDag } = await import("../known-dags.ts");
    const { renderGraph } = await import("../render-graph.ts");
    const { showRows } = await import("../show-rows.ts");
    if (format !== undefined && output !== undefined) {
      throw usageError("--format and --output exclude each other", "Give one of them");
    }
    const dag = await getKnownDag(io, dag_id);
    if (dag === undefined) return 1;
    if (output === undefined) {
      io.stdout(renderGraph(dag.model, format ?? "tree"));
      return 0;
    }
    const rows = dag.model.tasks.map(({ id, kind, triggerRule, upstream, role }) => {
      return { task_id: id, kind, trigger_rule: triggerRule, upstream_task_ids: upstream, role };
    });
    await showRows(rows, { output, columns: ["task_id", "kind", "trigger_rule", "upstream_task_ids"] }, io);
    return 0;
  },
};
