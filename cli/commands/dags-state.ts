// `dagwright dags state`: the state of one run, and its conf. Airflow's command of that name; where that prints None, this says what there is.

import type { JsonObject } from "../../runtime/dag/json.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface DagsStateArgs {
  readonly dag_id: string;
  readonly logical_date_or_run_id: string;
  readonly output?: OutputFormat;
}

export const dagsState: Command<DagsStateArgs> = {
  name: "dags state",
  summary: "Print the state of a run",
  arguments: [
    { name: "dag_id", description: "The DAG", required: true },
    { name: "logical_date_or_run_id", description: "The run, by its id or its logical date", required: true },
  ],
  options: { output: outputOnDemand },
  run: async ({ dag_id, logical_date_or_run_id: named, output }, io) => {
    const { openRuns } = await import("../get-dag-run.ts");
    const { getNamedRun } = await import("../get-named-run.ts");
    const store = openRuns(io);
    try {
      const { state, conf, facts } = getNamedRun(store, dag_id, named);
      if (output !== undefined) {
        const { showRecord } = await import("../show-rows.ts");
        await showRecord({ dag_id, run_id: facts.id, state, conf }, output, io);
      } else io.stdout(Object.keys(conf).length === 0 ? `${state}\n` : `${state}, ${formatConf(conf)}\n`);
      return 0;
    } finally {
      store.close();
    }
  },
};

/** On one line, spaced as Python's json.dumps does. No line end of the indented text stands within a text of the value. */
function formatConf(conf: JsonObject): string {
  return JSON.stringify(conf, null, 1).replaceAll(/,\n */g, ", ").replaceAll(/\n */g, "");
}
