// Loads the project for a command that needs sound DAGs; shows what is not.

import type { Diagnostic } from "../generator/diagnostic.ts";
import { findValidityErrors } from "../generator/lint/lint-project.ts";
import { withSoundDags } from "../generator/lint/sound-dags.ts";
import type { LoadedConfig } from "../generator/load/check-config.ts";
import { loadConfig } from "../generator/load/load-config.ts";
import { loadProject } from "../generator/load/load-project.ts";
import type { BuildableProject } from "../generator/load/loaded.ts";
import { countNoun } from "../runtime/count-noun.ts";
import type { BrokenFile } from "../runtime/scheduler/take-build.ts";
import type { Io } from "./command.ts";
import { makeReport } from "./make-report.ts";

export interface ConfiguredProject extends BuildableProject {
  readonly config: LoadedConfig;
}

/** Every DAG, each sound; undefined after the errors were shown. */
export async function loadBuildable(io: Io): Promise<ConfiguredProject | undefined> {
  const { project, errors } = await load(io);
  if (errors.length === 0) return project;
  await showErrors(io, project, errors);
  return undefined;
}

/** The sound DAGs, and one line about the others. Undefined after the errors were shown: none is sound, or not the one that is asked for. */
export async function loadSound(io: Io, dagId?: string): Promise<BuildableProject | undefined> {
  const { project, errors } = await load(io);
  if (errors.length === 0) return project;
  const sound = withSoundDags(project, errors);
  if (sound.dags.some(({ model }) => dagId === undefined || model.id === dagId)) {
    const lost = project.dags.filter((dag) => !sound.dags.includes(dag)).map(({ file }) => file);
    const files = new Set([...errors.map(({ file, dagFile = file }) => dagFile), ...lost]);
    io.stderr(`warning: ${countNoun(files.size, "DAG file")} left out for errors: run \`npx dagwright lint\`\n`);
    return sound;
  }
  await showErrors(io, project, errors);
  return undefined;
}

/** The DAG files that are no part of what runs, and why; nothing is shown. */
export async function findBroken(io: Io): Promise<BrokenFile[]> {
  const { project, errors } = await load(io);
  const { describeBroken } = await import("./live-build/describe-broken.ts");
  return describeBroken(project, errors.length === 0 ? project : withSoundDags(project, errors), errors);
}

async function load(io: Io): Promise<{ project: ConfiguredProject; errors: readonly Diagnostic[] }> {
  // A configuration with a mistake is no configuration: nothing is built beside it.
  const config = await loadConfig(io.projectRoot, { signal: io.signal });
  const project = await loadProject(io.projectRoot, { signal: io.signal });
  return { project: { ...project, config }, errors: await findValidityErrors(project, config) };
}

async function showErrors(io: Io, { dags }: BuildableProject, errors: readonly Diagnostic[]): Promise<void> {
  const { textReporter } = await import("../generator/report/text.ts");
  const files = dags.map(({ file }) => file);
  io.stderr(textReporter.render(makeReport(io, files, errors)));
}
