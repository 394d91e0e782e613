// `dagwright dags unpause`: its runs are created and started again. Airflow's command of that name.

import type { Command } from "../command.ts";
import { type DagsPauseArgs, pauseArguments, pauseOptions } from "../pause-options.ts";

export const dagsUnpause: Command<DagsPauseArgs> = {
  name: "dags unpause",
  summary: "Unpause a DAG: the scheduler runs it",
  arguments: pauseArguments,
  options: pauseOptions,
  run: async (args, io) => {
    const { setIsPaused } = await import("../pause-dags.ts");
    return setIsPaused(false, args, io);
  },
};
