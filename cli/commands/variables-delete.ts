// `dagwright variables delete`: takes a variable out of the store. Airflow's command of that name.

import { didYouMean } from "../../runtime/did-you-mean.ts";
import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

interface VariablesDeleteArgs {
  readonly key: string;
}

export const variablesDelete: Command<VariablesDeleteArgs> = {
  name: "variables delete",
  summary: "Delete a variable of the store",
  arguments: [{ name: "key", description: "The variable", required: true }],
  run: async ({ key }, io) => {
    const { deleteVariable, readVariables } = await import("../../runtime/store/variables.ts");
    const { lookIntoStore } = await import("../with-store.ts");
    if (!lookIntoStore(io, false, (store) => deleteVariable(store, key))) {
      const keys = lookIntoStore(io, [], readVariables).map((variable) => variable.key);
      throw new KnownError({
        what: "the store has no such variable",
        where: "npx dagwright variables list",
        found: `${JSON.stringify(key)}${didYouMean(key, keys)}`,
        remedy: "What the environment and files define is deleted there",
        isRetryable: false,
      });
    }
    io.stdout(`Variable ${key} deleted\n`);
    return 0;
  },
};
