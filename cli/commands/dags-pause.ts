// `dagwright dags pause`: no runs are created or started. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type DagsPauseArgs, pauseArguments, pauseOptions } from "../pause-options.ts";

export const dagsPause: Command<DagsPauseArgs> = {
  name: "dags pause",
  summary: "Pause a DAG: none of its runs or tasks is started",
  arguments: pauseArguments,
  options: pauseOptions,
  run: async (args, io) => {
    const { setIsPaused } = await import("../pause-dags.ts");
    return setIsPaused(true, args, io);
  },
};
