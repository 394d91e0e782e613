// `dagwright variables list`: every variable that a task of this project would find, and where it stands; values only when asked for.

import type { Command, Io } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface VariablesListArgs {
  readonly showValues: boolean;
  readonly hideSensitive: boolean;
  readonly output: OutputFormat;
}

export const variablesList: Command<VariablesListArgs> = {
  name: "variables list",
  summary: "List variables, and where each is defined",
  options: {
    showValues: { type: "boolean", default: false, description: "Show values, too" },
    hideSensitive: { type: "boolean", default: false, description: "With --show-values: *** in place of each" },
    output: outputOption,
  },
  run: async ({ showValues, hideSensitive, output }, io) => {
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    const { showRows } = await import("../show-rows.ts");
    if (hideSensitive && !showValues) {
      throw usageError("--hide-sensitive can only be used with --show-values", "Give both, or none");
    }
    warnOfEnvironmentFile(io);
    const rows = (await findVariables(io)).map(({ key, value, source }) => {
      return showValues ? { key, val: hideSensitive ? "***" : value, source } : { key, source };
    });
    const columns = showValues ? (["key", "val", "source"] as const) : (["key", "source"] as const);
    await showRows(rows as { key: string; val: string; source: string }[], { output, columns }, io);
    return 0;
  },
};

/** Under the key that the store has; the environment does not keep the case of others. */
async function findVariables(io: Io) {
  const { variableEnvironmentName } = await import("../../runtime/connections/environment-names.ts");
  const { findVariable, listVariables } = await import("../../runtime/connections/find.ts");
  const { readVariables } = await import("../../runtime/store/variables.ts");
  const { readProjectSources } = await import("../project-environment.ts");
  const { lookIntoStore } = await import("../with-store.ts");
  const stored = lookIntoStore(io, [], readVariables);
  const keys = new Map(stored.map(({ key }) => [variableEnvironmentName(key), key]));
  const found = new Map<string, { key: string; value: string; source: string }>();
  for (const [source, environment] of readProjectSources(io)) {
    for (const name of listVariables(environment)) {
      const key = keys.get(variableEnvironmentName(name)) ?? name;
      if (!found.has(key)) found.set(key, { key, value: findVariable(key, environment)!, source });
    }
  }
  return [...found.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
}
