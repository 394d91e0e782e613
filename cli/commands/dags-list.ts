// `dagwright dags list`: every DAG of the project, paused or not, and when it runs next. It needs no scheduler.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";
import type { Column } from "../show-rows.ts";

interface DagsListArgs {
  readonly output: OutputFormat;
}

export const dagsList: Command<DagsListArgs> = {
  name: "dags list",
  summary: "List the project's DAGs",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { airflowTime } = await import("../../runtime/dag/airflow-time.ts");
    const { describeSchedule } = await import("../describe-schedule.ts");
    const { findKnownDags } = await import("../known-dags.ts");
    const { nextRun, shortTime } = await import("../next-runs.ts");
    const { showRows } = await import("../show-rows.ts");
    const dags = await findKnownDags(io);
    if (dags === undefined) return 1;
    const now = Date.now();
    const rows = dags.map((dag) => {
      const next = nextRun(dag, now);
      return {
        dag_id: dag.model.id,
        schedule: describeSchedule(dag.model.schedule),
        is_paused: dag.row?.isPaused ?? null,
        next_dagrun_run_after: next && airflowTime(next.runAfter),
        tasks: dag.model.tasks.length,
        tags: dag.model.tags,
        file: dag.file,
      };
    });
    type Row = (typeof rows)[number];
    const columns: Column<Row>[] = [
      "dag_id",
      { name: "schedule", text: (row) => row.schedule ?? "manual" },
      { name: "is_paused", head: "paused" },
      { name: "next_dagrun_run_after", head: "next_run", text: ({ next_dagrun_run_after: at }) => at && shortTime(at) },
      "tasks",
      "tags",
      "file",
    ];
    await showRows(rows, { output, columns }, io);
    return 0;
  },
};
