// Brings a build to disk: every file beside its place and renamed into it, the manifest last. Removes only what builds before wrote:
// DAG files that are defined no longer, and bundles older than the build before, whose own stay for tasks that are running.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { manifestPath, pythonFile, runtimeFolder } from "./build-files.ts";
import { isGeneratedDagFile, refuseForeignFiles } from "./foreign-files.ts";
import { createFolder, isSame, writeAtomically } from "./write-file.ts";

export interface WrittenBuild {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** @throws KnownError when the folder cannot be written, or holds a file of others in the place of one of these: then nothing is written. */
export function writeBuild(out: string, files: ReadonlyMap<string, Uint8Array>): WrittenBuild {
  return explainFileErrors("the build cannot be written", out, () => {
    refuseForeignFiles(out, files);
    for (const folder of new Set([...files.keys()].map((path) => dirname(join(out, path))))) createFolder(folder);
    return writeFiles(out, files);
  });
}

function writeFiles(out: string, files: ReadonlyMap<string, Uint8Array>): WrittenBuild {
  const before = readManifestBefore(out);
  const removed = staleFiles(out, files);
  const changed = [...files].filter(([path, content]) => !isSame(join(out, path), content));
  const isManifest = ([path]: readonly [string, Uint8Array]) => path === manifestPath;
  for (const [path, content] of changed.filter((file) => !isManifest(file))) writeAtomically(join(out, path), content);
  for (const path of removed) rmSync(join(out, path));
  for (const [path, content] of changed.filter(isManifest)) {
    removeOldBundles(out, [...(before?.bundles ?? []), ...files.keys()]);
    writeAtomically(join(out, path), content);
  }
  return { written: changed.map(([path]) => path), removed };
}

function removeOldBundles(out: string, kept: readonly string[]): void {
  const folder = join(out, runtimeFolder, "chunks");
  for (const name of readdirSync(folder)) {
    if (!kept.includes(`${runtimeFolder}/chunks/${name}`)) rmSync(join(folder, name), { recursive: true });
  }
}

/** Undefined when there is none, or none that can be read: then nothing is known to be ours. */
function readManifestBefore(out: string): Partial<Manifest> | undefined {
  try {
    return JSON.parse(readFileSync(join(out, manifestPath), "utf8")) as Partial<Manifest>;
  } catch {
    return undefined;
  }
}

/** DAG files of the build that lies there which the new one does not have. */
export function staleFiles(out: string, files: ReadonlyMap<string, Uint8Array>): string[] {
  const dags = readManifestBefore(out)?.dags ?? [];
  return dags.map(pythonFile).filter((path) => !files.has(path) && isGeneratedDagFile(join(out, path)));
}
