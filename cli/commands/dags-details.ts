// `dagwright dags details`: what a DAG is set to, and what is known of it. Airflow's command of that name, with its names of fields.

import { airflowTime } from "../../runtime/dag/airflow-time.ts";
import { effectiveArgs } from "../../runtime/dag/model.ts";
import type { Settings } from "../../runtime/settings.ts";
import type { Command } from "../command.ts";
import type { KnownDag } from "../known-dags.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface DagsDetailsArgs {
  readonly dag_id: string;
  readonly output: OutputFormat;
}

export const dagsDetails: Command<DagsDetailsArgs> = {
  name: "dags details",
  summary: "Show all that a DAG is set to",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: { output: outputOption },
  run: async ({ dag_id, output }, io) => {
    const { describeSchedule } = await import("../describe-schedule.ts");
    const { getKnownDag } = await import("../known-dags.ts");
    const { nextRun } = await import("../next-runs.ts");
    const { readProjectSettings } = await import("../project-settings.ts");
    const { showRecord } = await import("../show-rows.ts");
    const settings = readProjectSettings(io);
    const dag = await getKnownDag(io, dag_id);
    if (dag === undefined) return 1;
    const next = nextRun(dag, Date.now());
    const time = (moment: number | undefined) => (moment === undefined ? null : airflowTime(moment));
    const { dag_id: id, ...details } = describe(dag, settings);
    const record = {
      dag_id: id,
      timetable_summary: describeSchedule(dag.model.schedule),
      ...details,
      next_dagrun_logical_date: time(next?.logicalDate),
      next_dagrun_data_interval_start: time(next?.dataInterval.start),
      next_dagrun_data_interval_end: time(next?.dataInterval.end),
      next_dagrun_run_after: time(next?.runAfter),
    };
    await showRecord(record, output, io);
    return 0;
  },
};

function describe({ model, file, row }: KnownDag, settings: Settings) {
  return {
    dag_id: model.id,
    dag_display_name: model.displayName ?? model.id,
    description: model.description,
    is_paused: row?.isPaused ?? null,
    relative_fileloc: file,
    timezone: model.timezone,
    start_date: model.startDate,
    end_date: model.endDate ?? null,
    catchup: model.catchup,
    owners: [...new Set(model.tasks.map((task) => effectiveArgs(model, task).owner))],
    tags: model.tags,
    params: model.params,
    max_active_runs: model.maxActiveRuns ?? settings.maxActiveRunsPerDag,
    max_active_tasks: model.maxActiveTasks ?? settings.maxActiveTasksPerDag,
    max_consecutive_failed_dag_runs: model.maxConsecutiveFailedDagRuns ?? settings.maxConsecutiveFailedDagRunsPerDag,
    dagrun_timeout: model.dagrunTimeout ?? null,
    fail_fast: model.failFast ?? false,
    tasks: model.tasks.map(({ id }) => id),
    definition: row?.definition ?? null,
    build: row?.build ?? null,
  };
}
