// `dagwright variables import`: variables from a file into the store, all or none. Airflow's command of that name, with its formats and words.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

const actions = ["overwrite", "fail", "skip"] as const;

interface VariablesImportArgs {
  readonly file: string;
  readonly actionOnExistingKey: (typeof actions)[number];
}

export const variablesImport: Command<VariablesImportArgs> = {
  name: "variables import",
  summary: "Write the variables of a file into the store",
  arguments: [{ name: "file", description: ".json, .yaml, .yml or .env, as Airflow imports it", required: true }],
  options: {
    actionOnExistingKey: {
      type: "string",
      alias: "a",
      choices: actions,
      default: "overwrite",
      description: "What to do with variables that the store has already",
    },
  },
  run: async ({ file, actionOnExistingKey: action }, io) => {
    const { readVariables } = await import("../../runtime/store/variables.ts");
    const { readVariableFile } = await import("../variable-files.ts");
    const { withStore } = await import("../with-store.ts");
    const { writeVariables } = await import("../write-variables.ts");
    const variables = readVariableFile(file, io);
    const existing = withStore(io, (store) => {
      const known = new Set(readVariables(store).map(({ key }) => key));
      const keys = variables.map(({ key }) => key).filter((key) => known.has(key));
      if (action === "fail" && keys.length > 0) throw alreadyThere(file, keys.sort());
      writeVariables(store, action === "skip" ? variables.filter(({ key }) => !known.has(key)) : variables);
      return keys.sort();
    });
    const skipped = action === "skip" ? existing : [];
    io.stdout(`${variables.length - skipped.length} of ${variables.length} variables successfully updated.\n`);
    if (skipped.length > 0) {
      const keys = skipped.map((key) => `'${key}'`).join(", ");
      io.stdout(`The variables with these keys: [${keys}] were skipped because they already exists\n`);
    }
    return 0;
  },
};

function alreadyThere(file: string, keys: readonly string[]): KnownError {
  return new KnownError({
    what: "the store has some of the variables already, and nothing was written",
    where: file,
    found: keys.join(", "),
    remedy: "Give --action-on-existing-key overwrite, or skip",
    isRetryable: false,
  });
}
