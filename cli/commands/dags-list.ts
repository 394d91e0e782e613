// `dagwright dags list`: every DAG of the project.

import type { Schedule } from "../../runtime/dag/schedule.ts";
import type { Command } from "../command.ts";
import { outputOption } from "../output-option.ts";

interface DagsListArgs {
  readonly output: string;
}

export const dagsList: Command<DagsListArgs> = {
  name: "dags list",
  summary: "List the project's DAGs",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { loadSound } = await import("../load-buildable.ts");
    const { renderTable } = await import("../render-table.ts");
    const project = await loadSound(io);
    if (project === undefined) return 1;
    const rows = project.dags.map(({ model, file }) => ({
      dag_id: model.id,
      schedule: describeSchedule(model.schedule),
      tasks: model.tasks.length,
      tags: model.tags,
      file,
    }));
    if (output === "json") io.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    else {
      const cells = rows.map((row) => [
        row.dag_id,
        row.schedule ?? "manual",
        String(row.tasks),
        row.tags.join(", "),
        row.file,
      ]);
      io.stdout(renderTable(["dag_id", "schedule", "tasks", "tags", "file"], cells));
    }
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
