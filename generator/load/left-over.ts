// What commands that were killed left behind, removed once nobody can be at it any more.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** No command needs that long for what it makes for itself. */
const leftOverMs = 3_600_000;

/** @param names of what in the folder is made for one command. */
export function removeLeftOver(folder: string, names: RegExp): void {
  for (const name of readdirSync(folder).filter((each) => names.test(each))) {
    const path = join(folder, name);
    const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - writtenAt <= leftOverMs) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Another user's, or another command removes it, too.
    }
  }
}
