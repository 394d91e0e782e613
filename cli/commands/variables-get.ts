// `dagwright variables get`: the value that a task would find. Airflow's command of that name.

import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

interface VariablesGetArgs {
  readonly key: string;
  readonly json: boolean;
  readonly default?: string;
}

export const variablesGet: Command<VariablesGetArgs> = {
  name: "variables get",
  summary: "Print the value of a variable",
  arguments: [{ name: "key", description: "The variable", required: true }],
  options: {
    json: { type: "boolean", alias: "j", default: false, description: "It is JSON: print it on one line" },
    default: { type: "string", alias: "d", description: "What to print when there is no such variable" },
  },
  run: async ({ key, json, default: fallback }, io) => {
    const { findVariable, getVariable } = await import("../../runtime/connections/find.ts");
    const { loadProjectEnvironment } = await import("../project-environment.ts");
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    warnOfEnvironmentFile(io);
    const environment = loadProjectEnvironment(io);
    const found = findVariable(key, environment);
    const value = found ?? fallback ?? getVariable(key, environment);
    io.stdout(`${json && found !== undefined ? onOneLine(value, key) : value}\n`);
    return 0;
  },
};

/** A text without its quotes. @throws KnownError when it is no JSON: its value may be a secret, and is not quoted. */
function onOneLine(text: string, key: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    const trouble = { what: "the variable is no JSON", where: key, found: `${text.length} signs of something else` };
    throw new KnownError({ ...trouble, remedy: "Print it without --json", isRetryable: false });
  }
}
