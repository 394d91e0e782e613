// Loads the project for a command that needs every DAG to be sound; shows what is not.

import { findValidityErrors } from "../generator/lint/lint-project.ts";
import { loadConfig } from "../generator/load/load-config.ts";
import { loadProject } from "../generator/load/load-project.ts";
import type { BuildableProject } from "../generator/load/loaded.ts";
import type { Io } from "./command.ts";
import { makeReport } from "./make-report.ts";

/** Undefined after the errors were shown. */
export async function loadBuildable(io: Io): Promise<BuildableProject | undefined> {
  // A configuration with a mistake is no configuration: nothing is built beside it.
  await loadConfig(io.projectRoot, { signal: io.signal });
  const project = await loadProject(io.projectRoot, { signal: io.signal });
  const errors = await findValidityErrors(project);
  if (errors.length === 0) return project;
  const { textReporter } = await import("../generator/report/text.ts");
  io.stderr(
    textReporter.render(
      makeReport(
        io,
        project.dags.map(({ file }) => file),
        errors,
      ),
    ),
  );
  return undefined;
}
