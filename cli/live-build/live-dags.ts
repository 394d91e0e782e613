// Where each DAG was live last, on disk: when its file breaks, it goes on there, after a restart of the scheduler, too.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestFile } from "../../runtime/manifest.ts";
import type { BrokenFile } from "../../runtime/scheduler/take-build.ts";
import type { KeptDag } from "./live-builds.ts";

interface LiveDags {
  readonly version: 1;
  readonly dags: readonly KeptDag[];
}

/** @param live those of the new build. @returns those of broken files that stay where they were. */
export function planKept(
  before: readonly KeptDag[],
  live: readonly KeptDag[],
  broken: readonly BrokenFile[],
): KeptDag[] {
  const files = new Set(broken.map(({ file }) => file));
  // A log's folder is named after its DAG: on macOS and Windows names that differ only in case are the same.
  const taken = new Set(live.map(({ dagId }) => dagId.toLowerCase()));
  return before.filter(({ dagId, file }) => files.has(file) && !taken.has(dagId.toLowerCase()));
}

/** Those whose build is still there. Whatever is wrong with the file, it is as none. */
export function readLiveDags(path: string): readonly KeptDag[] {
  try {
    const { version, dags } = JSON.parse(readFileSync(path, "utf8")) as LiveDags;
    const folders = new Map<string, boolean>();
    const isThere = (folder: string) => {
      if (!folders.has(folder)) folders.set(folder, existsSync(join(folder, manifestFile)));
      return folders.get(folder)!;
    };
    return version === 1 ? dags.filter(({ buildFolder }) => isThere(buildFolder)) : [];
  } catch {
    return [];
  }
}

export function writeLiveDags(path: string, dags: readonly KeptDag[]): void {
  const text = JSON.stringify({ version: 1, dags } satisfies LiveDags);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}
