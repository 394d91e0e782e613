// `dagwright build`: from the DAG files to the folder that Airflow and the standalone runner use, or to a whole Astro project.

import type { Command } from "../command.ts";
import type { BuildArgs } from "../run-build.ts";

export const build: Command<BuildArgs> = {
  name: "build",
  summary: "Compile the DAGs to Airflow files and the bundles that their tasks run",
  options: {
    out: { type: "string", description: "Folder to write, relative to the project; default: build" },
    astro: {
      type: "string",
      description: "Folder of an Astro project to write in its place, laid out where it is not",
    },
    check: { type: "boolean", default: false, description: "Write nothing; fail with a diff when the folder is stale" },
  },
  examples: [
    { command: "dagwright build", description: "Write build/dags; deploy that folder as Airflow's dags folder" },
    { command: "dagwright build --check", description: "In CI: fail when build/ was not regenerated" },
    { command: "dagwright build --astro astro", description: "Write astro/; then cd astro && astro dev start" },
  ],
  run: async (args, io) => {
    const { runBuild } = await import("../run-build.ts");
    return runBuild(args, io);
  },
};
