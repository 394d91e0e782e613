// A build that somebody may replace in its place (`npx dagwright build`, a new image) is kept aside for the runs that begin with it.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { manifestFile, taskMainFile } from "../../runtime/manifest.ts";
import { buildsFolder } from "../state-folder.ts";

/** Returns the folder of the copy, which has the same content for ever. @throws KnownError when it cannot be written. */
export function keepBuild(buildFolder: string, projectRoot: string): string {
  const hash = createHash("sha256");
  // Bundles are named by their content, and the manifest names them.
  for (const file of [manifestFile, taskMainFile]) hash.update(readFileSync(join(buildFolder, file)));
  const root = join(buildsFolder(projectRoot), hash.digest("hex").slice(0, 16));
  const kept = join(root, "dagwright");
  if (existsSync(kept)) return kept;
  explainFileErrors("the build cannot be kept for its runs", root, () => {
    const part = `${kept}.${process.pid}`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    cpSync(buildFolder, part, { recursive: true });
    renameSync(part, kept);
  });
  return kept;
}
