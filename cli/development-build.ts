// The build that the standalone side runs: made from the sources as they are now, under the hash of its content. A run keeps the one that
// it began with.

import { createHash } from "node:crypto";
import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { buildFiles, manifestPath, runtimeFolder } from "../generator/build/build-files.ts";
import { writeBuild } from "../generator/build/write-build.ts";
import type { BuildableProject } from "../generator/load/loaded.ts";
import { buildsFolder } from "./state-folder.ts";

/** Returns the folder that holds manifest, task main and bundles. */
export function writeDevelopmentBuild(project: BuildableProject): string {
  const files = buildFiles(project);
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  const folder = join(buildsFolder(project.root), hash.digest("hex").slice(0, 16));
  // The manifest is written last: where it is, the build is whole.
  if (!existsSync(join(folder, manifestPath))) writeBuild(folder, files);
  // When it was used last: what lies unused for long is pruned.
  const now = new Date();
  utimesSync(folder, now, now);
  return join(folder, runtimeFolder);
}
