// `dagwright dags list`: every DAG of the project.

import type { Schedule } from "../../runtime/dag/schedule.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface DagsListArgs {
  readonly output: OutputFormat;
}

export const dagsList: Command<DagsListArgs> = {
  name: "dags list",
  summary: "List the project's DAGs",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { loadSound } = await import("../load-buildable.ts");
    const { showRows } = await import("../show-rows.ts");
    const project = await loadSound(io);
    if (project === undefined) return 1;
    const rows = project.dags.map(({ model, file }) => ({
      dag_id: model.id,
      schedule: describeSchedule(model.schedule),
      tasks: model.tasks.length,
      tags: model.tags,
      file,
    }));
    const schedule = { name: "schedule", text: (row: (typeof rows)[number]) => row.schedule ?? "manual" } as const;
    await showRows(rows, { output, columns: ["dag_id", schedule, "tasks", "tags", "file"] }, io);
    return 0;
  },
};

function describeSchedule(schedule: Schedule | null): string | null {
  switch (schedule?.kind) {
    case undefined:
      return null;
    case "cron":
      return `${schedule.expression} (${schedule.timezone})`;
    case "delta":
      return `every ${schedule.seconds} s`;
    case "once":
    case "continuous":
      return `@${schedule.kind}`;
    default:
      return schedule satisfies never;
  }
}
