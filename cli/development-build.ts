// The build that the standalone side runs: made from the sources as they are now, under the hash of its content. A run keeps the one that
// it began with. A build is there as a whole or not at all: it is made beside its place and renamed into it.

import { createHash } from "node:crypto";
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildFiles, manifestPath, runtimeFolder } from "../generator/build/build-files.ts";
import { createFolder } from "../generator/build/write-file.ts";
import type { BuildableProject } from "../generator/load/loaded.ts";
import { explainFileErrors } from "../runtime/file-errors.ts";
import { buildsFolder } from "./state-folder.ts";
import { touchBuild } from "./touch-build.ts";

/**
 * Returns the folder that holds manifest, task main and bundles.
 * @param before such a folder, of a build that shares most bundles with this one: these are linked, not written once more.
 */
export function writeDevelopmentBuild(project: BuildableProject, before?: string): string {
  const files = buildFiles(project);
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  const folder = join(buildsFolder(project.root), hash.digest("hex").slice(0, 16));
  const built = join(folder, runtimeFolder);
  if (!existsSync(join(folder, manifestPath))) {
    explainFileErrors("the build cannot be written", folder, () => bringToDisk(folder, files, before));
  }
  touchBuild(built);
  return built;
}

function bringToDisk(folder: string, files: ReadonlyMap<string, Uint8Array>, before: string | undefined): void {
  const beside = `${folder}.part-${process.pid}`;
  try {
    rmSync(beside, { recursive: true, force: true });
    for (const parent of new Set([...files.keys()].map((path) => dirname(join(beside, path))))) createFolder(parent);
    for (const [path, content] of files) {
      // Their names hold the hash of their content.
      const bundle = before && /\/chunks\/.*\.(mjs|mjs\.map)$/.exec(path) && path.slice(runtimeFolder.length + 1);
      if (!(bundle && tryLink(join(before, bundle), join(beside, path)))) writeFileSync(join(beside, path), content);
    }
    renameIntoPlace(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}

/** Not every file system has links, and the build before may be gone. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function renameIntoPlace(beside: string, folder: string): void {
  try {
    renameSync(beside, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    // Another command made it meanwhile, or one that was ended left a part of it.
    const isWhole = existsSync(join(folder, manifestPath));
    rmSync(isWhole ? beside : folder, { recursive: true, force: true });
    if (!isWhole) renameSync(beside, folder);
  }
}
