// `dagwright lint`: every rule over the project's DAGs. Exit code 1 for errors, or more warnings than allowed; 2 when it
// could not run.

import type { Command } from "../command.ts";
import type { LintArgs } from "../run-lint.ts";

export const lint: Command<LintArgs> = {
  name: "lint",
  summary: "Check the project's DAGs against every rule",
  arguments: [
    { name: "paths", description: "Show only what is in these files and folders", required: false, isList: true },
  ],
  options: {
    reporter: {
      type: "string",
      array: true,
      description: "text, json, github, junit or sarif; NAME:FILE writes to a file; may be given again",
    },
    changed: {
      type: "boolean",
      default: false,
      description: "Show only what is in files that git calls changed, and in what imports them",
    },
    fix: {
      type: "boolean",
      default: false,
      description: "Do in the files what the rules that `dagwright rules` calls fixable say, and check again",
    },
    updateBaseline: {
      type: "boolean",
      default: false,
      description: "Write what is found now to dagwright-baseline.json; only what is new shows from then on",
    },
    cache: {
      type: "boolean",
      default: true,
      description: "Use what the last lint kept, and keep what this one finds; --no-cache does neither",
    },
    maxWarnings: { type: "number", description: "Exit with 1 when there are more warnings; default: no limit" },
  },
  examples: [
    { command: "dagwright lint", description: "the whole project" },
    { command: "dagwright lint dags/load-pagila.ts", description: "one file" },
    { command: "dagwright lint --fix", description: "change what needs no thought" },
    { command: "dagwright lint --reporter json", description: "for another program" },
    {
      command: "dagwright lint --reporter text --reporter sarif:lint.sarif",
      description: "to the screen and to a file",
    },
  ],
  run: async (args, io) => {
    const { runLint } = await import("../run-lint.ts");
    return runLint(args, io);
  },
};
