// Loads the project for a command that needs every DAG to be sound; shows what is not.

import { findValidityErrors } from "../generator/lint.ts";
import { loadConfig } from "../generator/load/load-config.ts";
import { loadProject } from "../generator/load/load-project.ts";
import type { LoadedProject } from "../generator/load/loaded.ts";
import type { Io } from "./command.ts";

/** Undefined after the errors were shown. */
export async function loadBuildable(io: Io): Promise<LoadedProject | undefined> {
  // A configuration with a mistake is no configuration: nothing is built beside it.
  await loadConfig(io.projectRoot, { signal: io.signal });
  const project = await loadProject(io.projectRoot);
  const errors = await findValidityErrors(project);
  if (errors.length === 0) return project;
  const { textReporter } = await import("../generator/report/text.ts");
  const files = new Set(project.dags.map(({ file }) => file)).size;
  const { projectRoot: root, hasColors, columns } = io;
  io.stderr(textReporter.render({ root, diagnostics: errors, dags: project.dags.length, files, hasColors, columns }));
  return undefined;
}
