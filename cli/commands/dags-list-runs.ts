// `dagwright dags list-runs`: the runs of a DAG, the latest first. Airflow's command of that name, with its columns.

import { type DagRunState, dagRunStates } from "../../runtime/dag/states.ts";
import type { DagRunRow } from "../../runtime/store/dag-runs.ts";
import type { Command } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface DagsListRunsArgs {
  readonly dag_id: string;
  readonly state?: DagRunState;
  readonly backfill: boolean;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly limit?: number;
  readonly output: OutputFormat;
}

export const dagsListRuns: Command<DagsListRunsArgs> = {
  name: "dags list-runs",
  summary: "List the runs of a DAG, those of `dags test` too",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: {
    state: { type: "string", choices: dagRunStates, description: "Only runs in this state" },
    backfill: { type: "boolean", default: true, description: "Runs of backfills, too; --no-backfill: without them" },
    startDate: { type: "string", alias: "s", description: "Only logical dates from here on" },
    endDate: { type: "string", alias: "e", description: "Only logical dates up to here" },
    limit: { type: "number", description: "Only so many, the latest" },
    output: outputOption,
  },
  run: async (args, io) => {
    const { airflowTime } = await import("../../runtime/dag/airflow-time.ts");
    const { findDagRuns } = await import("../../runtime/store/dag-runs.ts");
    const { findRunsOfDag } = await import("../find-runs.ts");
    const { parseMoment } = await import("../manual-run.ts");
    const { showRows } = await import("../show-rows.ts");
    const { limit } = args;
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
      throw usageError("--limit is a whole number from 1", "Write --limit 20", String(limit));
    }
    const moment = (text: string | undefined, option: string) => {
      const date = parseMoment(text, "that is not a moment in time", option);
      return date && airflowTime(date);
    };
    const filter = {
      ...withoutUndefined({ state: args.state, limit }),
      ...withoutUndefined({ from: moment(args.startDate, "--start-date"), to: moment(args.endDate, "--end-date") }),
      withoutBackfills: !args.backfill,
    };
    const runs = await findRunsOfDag(io, args.dag_id, (store) => findDagRuns(store, args.dag_id, filter));
    if (runs === undefined) return 1;
    const columns = ["dag_id", "run_id", "state", "run_after", "logical_date", "start_date", "end_date"] as const;
    await showRows(runs.map(describe), { output: args.output, columns }, io);
    return 0;
  },
};

function withoutUndefined<T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof T]?: NonNullable<T[Key]> };
}

function describe({ dagId, facts, state, startDate, endDate, conf, isTest }: DagRunRow) {
  return {
    dag_id: dagId,
    run_id: facts.id,
    state,
    run_after: facts.runAfter,
    logical_date: facts.logicalDate,
    start_date: startDate,
    end_date: endDate,
    run_type: facts.type,
    conf,
    is_test: isTest,
  };
}
