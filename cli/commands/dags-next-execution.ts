// `dagwright dags next-execution`: when a DAG runs next. Airflow's command of that name, with its words.

import { airflowTime } from "../../runtime/dag/airflow-time.ts";
import type { RunSlot } from "../../runtime/dag/timetable.ts";
import type { Command } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

const fields = ["logical_date", "data_interval.start", "data_interval.end", "run_after"] as const;
type Field = (typeof fields)[number];

interface DagsNextExecutionArgs {
  readonly dag_id: string;
  readonly numExecutions: number;
  readonly field?: Field;
  readonly table: boolean;
  readonly output?: OutputFormat;
}

const { default: _, ...formats } = outputOption;
/** Each is computed from the one before. */
const mostExecutions = 10_000;

export const dagsNextExecution: Command<DagsNextExecutionArgs> = {
  name: "dags next-execution",
  summary: "Say when a DAG runs next",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    numExecutions: { type: "number", alias: "n", default: 1, description: "How many executions to show" },
    field: { type: "string", choices: fields, description: "What to print of each; default: logical_date" },
    table: { type: "boolean", default: false, description: "All fields, as a table" },
    output: { ...formats, description: `All fields: ${formats.description}` },
  },
  run: async ({ dag_id, numExecutions: count, field, table, output }, io) => {
    const { getKnownDag } = await import("../known-dags.ts");
    const { nextRuns } = await import("../next-runs.ts");
    const { showRows } = await import("../show-rows.ts");
    if (field !== undefined && (table || output !== undefined)) {
      throw usageError("--field and a table exclude each other", "Give one of --field, --table and --output");
    }
    if (!Number.isInteger(count) || count < 1 || count > mostExecutions) {
      throw usageError(`--num-executions is a whole number from 1 to ${mostExecutions}`, "Write -n 5", String(count));
    }
    const dag = await getKnownDag(io, dag_id);
    if (dag === undefined) return 1;
    if (dag.row?.isPaused) io.stderr("[INFO] Please be reminded this DAG is PAUSED now.\n");
    const runs = nextRuns(dag, count, Date.now());
    if (runs.includes(null)) {
      io.stderr("[WARN] No following schedule can be found. This DAG may have schedule interval '@once' or `None`.\n");
    }
    const rows = runs.map((run) => run && describe(run));
    if (table || output !== undefined) {
      await showRows(
        rows.filter((row) => row !== null),
        { output: output ?? "table", columns: fields },
        io,
      );
    } else for (const row of rows) io.stdout(`${row === null ? "None" : row[field ?? "logical_date"]}\n`);
    return 0;
  },
};

function describe({ logicalDate, dataInterval, runAfter }: RunSlot): Record<Field, string> {
  return {
    logical_date: airflowTime(logicalDate),
    "data_interval.start": airflowTime(dataInterval.start),
    "data_interval.end": airflowTime(dataInterval.end),
    run_after: airflowTime(runAfter),
  };
}
