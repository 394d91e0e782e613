// Removes development builds that nothing needs any more. Each change of a source makes one; each holds the whole runtime.

import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** A run of `dags test` that has not ended for so long has lost its process. */
export const longestTestRunMs = 7 * 24 * 3_600_000;

/** Another command may have just made or chosen a build that its run does not name yet. */
const minimumAgeMs = 24 * 3_600_000;

export interface BuildUse {
  /** Folders of runs that have not ended: they keep the build that they began with. */
  readonly usedFolders: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function pruneBuilds(buildsFolder: string, { usedFolders, now }: BuildUse): void {
  if (!existsSync(buildsFolder)) return;
  for (const name of readdirSync(buildsFolder)) {
    const folder = join(buildsFolder, name);
    const isUsed = usedFolders.some((used) => used === folder || used.startsWith(`${folder}${sep}`));
    // Gone meanwhile: another command prunes, too.
    const usedLast = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (!isUsed && now - usedLast > minimumAgeMs) rmSync(folder, { recursive: true, force: true });
  }
}
