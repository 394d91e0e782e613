// The work of `dagwright build`: load, then write or compare, and say what came of it.

import { relative } from "node:path";
import { buildFiles } from "../generator/build/build-files.ts";
import { checkBuild } from "../generator/build/check-build.ts";
import { getOutputFolder } from "../generator/build/output-folder.ts";
import { writeBuild } from "../generator/build/write-build.ts";
import { countNoun } from "../runtime/count-noun.ts";
import type { Io } from "./command.ts";
import { usageError } from "./explain-usage.ts";
import { loadBuildable } from "./load-buildable.ts";

export interface BuildArgs {
  readonly out: string | undefined;
  readonly astro: string | undefined;
  readonly check: boolean;
}

export async function runBuild({ out, astro, check }: BuildArgs, io: Io): Promise<number> {
  if (out !== undefined && astro !== undefined) {
    throw usageError("--astro and --out name the same thing twice", "Give one of them: both are the folder to write");
  }
  const folder =
    astro === undefined
      ? getOutputFolder(io.projectRoot, out ?? "build")
      : getOutputFolder(io.projectRoot, astro, "--astro");
  const project = await loadBuildable(io);
  if (project === undefined) return 1;
  const files = buildFiles(project);
  const dags = countNoun(project.dags.length, "DAG");
  const shown = relative(io.workingDirectory, folder) || ".";
  const astroProject =
    astro === undefined ? undefined : (await import("./astro-project.ts")).planAstroProject(project, folder);

  if (check) {
    const differences = [...checkBuild(folder, files), ...(astroProject?.findDifferences() ?? [])];
    astroProject?.warn(io, shown);
    if (differences.length === 0) {
      io.stdout(`${shown} is up to date: ${dags}\n`);
      return 0;
    }
    io.stdout(differences.join(""));
    const command = `npx dagwright build${astro === undefined ? "" : ` --astro ${astro}`}`;
    io.stderr(
      `error: ${shown} is stale: ${countNoun(differences.length, "difference")} from what the sources make\n  fix: Run \`${command}\` and commit the result\n`,
    );
    return 1;
  }
  const { written, removed } = writeBuild(folder, files);
  const changes = [
    `${countNoun(written.length, "file")} written`,
    ...(removed.length > 0 ? [`${removed.length} removed`] : []),
  ];
  io.stdout(`${shown}/dags: ${dags}, ${changes.join(", ")}\n`);
  await astroProject?.write(io, shown);
  return 0;
}
