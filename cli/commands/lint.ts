// `dagwright lint`: every rule over the project's DAGs. Exit code 0 without problems, 1 with some, 2 when it could not run.

import type { Command, Io } from "../command.ts";

interface LintArgs {
  readonly paths: readonly string[];
  readonly reporter: string;
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
      choices: ["text", "json"],
      default: "text",
      description: "text for people, json for other programs",
    },
  },
  examples: [
    { command: "dagwright lint", description: "the whole project" },
    { command: "dagwright lint dags/load-pagila.ts", description: "one file" },
    { command: "dagwright lint --reporter json", description: "for another program" },
  ],
  run: runLint,
};

async function runLint({ paths, reporter: name }: LintArgs, io: Io): Promise<number> {
  const { lintProject, loadConfig, loadProject, reporters, selectPaths } = await loadHalf();
  const isSelected = selectPaths(io.projectRoot, io.workingDirectory, paths);
  await loadConfig(io.projectRoot, { signal: io.signal });
  const project = await loadProject(io.projectRoot);
  io.signal.throwIfAborted();
  const diagnostics = (await lintProject(project)).filter(({ file }) => isSelected(file));
  const dags = project.dags.filter(({ file }) => isSelected(file));
  const reporter = reporters.find((candidate) => candidate.name === name)!;
  io.stdout(
    reporter.render({
      root: io.projectRoot,
      diagnostics,
      dags: dags.length,
      files: new Set(dags.map(({ file }) => file)).size,
      hasColors: io.hasColors,
      columns: io.columns,
    }),
  );
  return diagnostics.length === 0 ? 0 : 1;
}

async function loadHalf() {
  const [lintModule, config, project, report, select] = await Promise.all([
    import("../../generator/lint.ts"),
    import("../../generator/load/load-config.ts"),
    import("../../generator/load/load-project.ts"),
    import("../../generator/report/index.ts"),
    import("../select-paths.ts"),
  ]);
  return { ...lintModule, ...config, ...project, ...report, ...select };
}
