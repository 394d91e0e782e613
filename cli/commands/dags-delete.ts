// `dagwright dags delete`: a DAG's past, for good. Airflow's command of that name, with its words.

import type { Command } from "../command.ts";
import { yesOption } from "../confirm.ts";

interface DagsDeleteArgs {
  readonly dag_id: string;
  readonly yes: boolean;
}

export const dagsDelete: Command<DagsDeleteArgs> = {
  name: "dags delete",
  summary: "Delete all runs of a DAG, with their XComs and logs",
  arguments: [{ name: "dag_id", description: "The DAG", required: true }],
  options: { yes: yesOption },
  run: async ({ dag_id, yes }, io) => {
    const { deleteDagRecords } = await import("../delete-dag.ts");
    const { confirm } = await import("../confirm.ts");
    const question = "This will drop all existing records related to the specified DAG. Proceed?";
    return deleteDagRecords(dag_id, { isAgreed: async () => yes || confirm(question, io) }, io);
  },
};
