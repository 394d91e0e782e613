// `dagwright lint`: every rule over the project's DAGs. Exit code 0 without problems, 1 with some, 2 when it could not run.

import { KnownError } from "../../runtime/errors.ts";
import type { Command, Io } from "../command.ts";

interface LintArgs {
  readonly paths: readonly string[];
  readonly reporter: readonly string[];
  readonly maxWarnings?: number;
}

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
    maxWarnings: { type: "number", description: "Exit with 1 when there are more warnings; default: no limit" },
  },
  examples: [
    { command: "dagwright lint", description: "the whole project" },
    { command: "dagwright lint dags/load-pagila.ts", description: "one file" },
    { command: "dagwright lint --reporter json", description: "for another program" },
    {
      command: "dagwright lint --reporter text --reporter sarif:lint.sarif",
      description: "to the screen and to a file",
    },
  ],
  run: runLint,
};

async function runLint({ paths, reporter, maxWarnings }: LintArgs, io: Io): Promise<number> {
  const half = await loadHalf();
  checkMaxWarnings(maxWarnings);
  const chosen = half.chooseReporters(reporter ?? [], io.environment);
  const isSelected = half.selectPaths(io.projectRoot, io.workingDirectory, paths);
  const config = await half.loadConfig(io.projectRoot, { signal: io.signal });
  const project = await half.loadProject(io.projectRoot);
  io.signal.throwIfAborted();
  const diagnostics = (await half.lintProject(project, config.lint)).filter(({ file }) => isSelected(file));
  const report = half.makeReport(
    io,
    project.dags.filter(({ file }) => isSelected(file)),
    diagnostics,
  );
  for (const one of chosen) half.writeReport(one, report, io);
  const { errors, warnings } = half.summarise(report);
  return errors > 0 || warnings > (maxWarnings ?? Number.POSITIVE_INFINITY) ? 1 : 0;
}

function checkMaxWarnings(given: number | undefined): void {
  if (given === undefined || (Number.isInteger(given) && given >= 0)) return;
  throw new KnownError({
    what: "--max-warnings is not a count",
    found: String(given),
    remedy: "Write a whole number from 0 on",
    isRetryable: false,
  });
}

async function loadHalf() {
  const [lintModule, config, project, report, make, choose, select] = await Promise.all([
    import("../../generator/lint/lint-project.ts"),
    import("../../generator/load/load-config.ts"),
    import("../../generator/load/load-project.ts"),
    import("../../generator/report/reporter.ts"),
    import("../make-report.ts"),
    import("../choose-reporters.ts"),
    import("../select-paths.ts"),
  ]);
  return { ...lintModule, ...config, ...project, ...report, ...make, ...choose, ...select };
}
