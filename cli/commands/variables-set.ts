// `dagwright variables set`: writes a variable into the store. Airflow's command of that name.

import type { Command } from "../command.ts";
import { printable } from "../printable.ts";

interface VariablesSetArgs {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly json: boolean;
}

export const variablesSet: Command<VariablesSetArgs> = {
  name: "variables set",
  summary: "Write a variable into the store",
  arguments: [
    { name: "key", description: "The variable", required: true },
    { name: "value", description: "Its value", required: true },
  ],
  options: {
    description: { type: "string", description: "What it is for" },
    json: { type: "boolean", alias: "j", default: false, description: "Keep the value as a JSON text, in quotes" },
  },
  run: async ({ key, value, description = null, json }, io) => {
    const { findVariable } = await import("../../runtime/connections/find.ts");
    const { toStoredJson } = await import("../airflow-json.ts");
    const { readProjectSources } = await import("../project-environment.ts");
    const { withStore } = await import("../with-store.ts");
    const { checkVariable, writeVariables } = await import("../write-variables.ts");
    const variable = { key, value: json ? toStoredJson(value) : value, description };
    checkVariable(variable, "variables set");
    withStore(io, (store) => writeVariables(store, [variable]));
    io.stdout(`Variable ${printable(key)} created\n`);
    const [source] = readProjectSources(io).find(([, environment]) => findVariable(key, environment) !== undefined)!;
    if (source !== "store") io.stderr(`note: tasks are given that of ${source}, which goes before the store's\n`);
    return 0;
  },
};
