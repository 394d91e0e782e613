// A project whose builds are watched, as the scheduler does it: real files, and the process that builds them.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { LiveBuild, LiveBuilds } from "../../cli/live-build/live-builds.ts";
import { type LiveBuildLimits, startLiveBuilds } from "../../cli/live-build/start-live-builds.ts";
import type { Trouble } from "../../runtime/errors.ts";
import { type ManifestDag, readManifest } from "../../runtime/manifest.ts";
import { createFolder } from "./built-project.ts";
import { waitUntil } from "./processes.ts";

/** Far more than anything here takes: a busy machine must not fail the tests. */
export const limitMs = 40_000;

export interface LiveProject {
  readonly root: string;
  readonly builds: LiveBuilds;
  /** All that was told, in its order. */
  readonly told: (LiveBuild | Trouble)[];
  readonly printed: string[];
  write(files: Readonly<Record<string, string>>): void;
  remove(path: string): void;
  /** Waits until what was told last is a build like this, and returns it. */
  untilBuilt(isMeant?: (build: LiveBuild) => boolean): Promise<LiveBuild>;
  untilFailed(): Promise<Trouble>;
  /** Ids of the DAGs that are in the last build. */
  dagIds(): string[];
  dag(dagId: string): ManifestDag | undefined;
}

export const dagFile = (id: string, rest = "") =>
  `import { Dag } from "dagwright";\n\nexport const dag = new Dag("${id}");\ndag.bash("say", "echo 1");\n${rest}`;

/** Stopped when the test is over. */
export function startLiveProject(files: Readonly<Record<string, string>>, limits: LiveBuildLimits = {}): LiveProject {
  const root = createFolder();
  writeFiles(root, files);
  const told: (LiveBuild | Trouble)[] = [];
  const printed: string[] = [];
  const builds = startLiveBuilds(
    { projectRoot: root, version: "0.0.0", stderr: (text) => void printed.push(text) },
    limits,
  );
  onTestFinished(() => builds.stop());
  builds.first().then(
    (build) => told.push(build),
    () => {},
  );
  builds.onChange((build) => told.push(build));
  builds.onFailure((trouble) => told.push(trouble));
  const lastBuild = () => told.filter(isBuild).at(-1)!;
  const dags = () => readManifest(lastBuild().buildFolder).dags;
  return {
    root,
    builds,
    told,
    printed,
    write: (changed) => writeFiles(root, changed),
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    untilBuilt: async (isMeant = () => true) => {
      await waitUntil(() => isBuild(told.at(-1)) && isMeant(told.at(-1) as LiveBuild), limitMs);
      return lastBuild();
    },
    untilFailed: async () => {
      await waitUntil(() => told.length > 0 && !isBuild(told.at(-1)), limitMs);
      return told.at(-1) as Trouble;
    },
    dagIds: () => dags().map(({ model }) => model.id),
    dag: (dagId) => dags().find(({ model }) => model.id === dagId),
  };
}

export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function isBuild(one: LiveBuild | Trouble | undefined): one is LiveBuild {
  return one !== undefined && "buildFolder" in one;
}
