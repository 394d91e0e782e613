// Whether the build on disk is what the sources would make now, and the differences as a reader wants them: whole diffs of the DAG
// files, only the names of bundles.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { staleFiles } from "./write-build.ts";

/** The differences, empty when there are none. @throws KnownError when the folder cannot be read. */
export function checkBuild(out: string, files: ReadonlyMap<string, Uint8Array>): string[] {
  return explainFileErrors("the build cannot be read", out, () => findDifferences(out, files));
}

function findDifferences(out: string, files: ReadonlyMap<string, Uint8Array>): string[] {
  const differences = [...files].flatMap(([path, content]) => {
    const onDisk = readFile(join(out, path));
    if (onDisk?.equals(content)) return [];
    if (!path.endsWith(".py")) return [`${onDisk ? "differs" : "missing"}: ${path}\n`];
    const [before, after] = [onDisk?.toString() ?? "", Buffer.from(content).toString()];
    return [createTwoFilesPatch(path, path, before, after, onDisk ? "on disk" : "missing", "from the sources")];
  });
  return [...differences, ...staleFiles(out, files).map((path) => `no longer defined: ${path}\n`)];
}

/** Undefined when there is none; a folder that may not be looked into is no missing file. */
function readFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
