// `dagwright build`: from the DAG files to the folder that Airflow and the standalone runner use.

import { relative } from "node:path";
import { countNoun } from "../../runtime/count-noun.ts";
import type { Command } from "../command.ts";

interface BuildArgs {
  readonly out: string;
  readonly check: boolean;
}

export const build: Command<BuildArgs> = {
  name: "build",
  summary: "Compile the DAGs to Airflow files and the bundles that their tasks run",
  options: {
    out: { type: "string", default: "build", description: "Folder to write, relative to the project" },
    check: { type: "boolean", default: false, description: "Write nothing; fail with a diff when the folder is stale" },
  },
  examples: [
    { command: "dagwright build", description: "Write build/dags; deploy that folder as Airflow's dags folder" },
    { command: "dagwright build --check", description: "In CI: fail when build/ was not regenerated" },
  ],
  run: async ({ out, check }, io) => {
    const { getOutputFolder } = await import("../../generator/build/output-folder.ts");
    const { loadBuildable } = await import("../load-buildable.ts");
    const { buildFiles } = await import("../../generator/build/build-files.ts");
    const folder = getOutputFolder(io.projectRoot, out);
    const project = await loadBuildable(io);
    if (project === undefined) return 1;
    const files = buildFiles(project);
    const dags = countNoun(project.dags.length, "DAG");
    const shown = relative(io.workingDirectory, folder) || ".";

    if (check) {
      const { checkBuild } = await import("../../generator/build/check-build.ts");
      const differences = checkBuild(folder, files);
      if (differences.length === 0) {
        io.stdout(`${shown} is up to date: ${dags}\n`);
        return 0;
      }
      io.stdout(differences.join(""));
      io.stderr(
        `error: ${shown} is stale: ${countNoun(differences.length, "difference")} from what the sources make\n  fix: Run \`npx dagwright build\` and commit the result\n`,
      );
      return 1;
    }
    const { writeBuild } = await import("../../generator/build/write-build.ts");
    const { written, removed } = writeBuild(folder, files);
    const changes = [
      `${countNoun(written.length, "file")} written`,
      ...(removed.length > 0 ? [`${removed.length} removed`] : []),
    ];
    io.stdout(`${shown}/dags: ${dags}, ${changes.join(", ")}\n`);
    return 0;
  },
};
