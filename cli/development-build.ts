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

export interface DevelopmentBuild {
  /** Of manifest, task main and bundles. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** @param before the build before: what both have is linked, not written once more. */
export function writeDevelopmentBuild(project: BuildableProject, before?: DevelopmentBuild): DevelopmentBuild {
  const files = buildFiles(project);
  const hash = createHash("sha256");
  for (const [path, content] of files) hash.update(`${path}\0${content.length}\0`).update(content);
  const folder = join(buildsFolder(project.root), hash.digest("hex").slice(0, 16));
  const build = { folder: join(folder, runtimeFolder), files };
  if (!existsSync(join(folder, manifestPath))) {
    explainFileErrors("the build cannot be written", folder, () => bringToDisk(folder, files, before));
  }
  touchBuild(build.folder);
  return build;
}

function bringToDisk(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  before: DevelopmentBuild | undefined,
): void {
  const beside = `${folder}.part-${process.pid}`;
  const isSame = (path: string, content: Uint8Array) => {
    const earlier = before?.files.get(path);
    return earlier !== undefined && Buffer.compare(earlier, content) === 0;
  };
  try {
    rmSync(beside, { recursive: true, force: true });
    for (const parent of new Set([...files.keys()].map((path) => dirname(join(beside, path))))) createFolder(parent);
    for (const [path, content] of files) {
      const isLinked = isSame(path, content) && tryLink(join(before!.folder, "../..", path), join(beside, path));
      if (!isLinked) writeFileSync(join(beside, path), content);
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
