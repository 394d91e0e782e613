// A folder for what only this command needs, removed by whoever made it. Inside the project, so that packages left out of a bundle
// resolve as they do for its files.

import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { removeLeftOver } from "./left-over.ts";

/** @throws KnownError when the project's folder cannot be written. */
export function createWorkFolder(root: string, prefix: string): string {
  const work = join(root, ".dagwright", "work");
  return explainFileErrors("the project's folder cannot be written", work, () => {
    mkdirSync(work, { recursive: true, mode: 0o700 });
    removeLeftOver(work, /^(config|lint|load)-/);
    return mkdtempSync(join(work, prefix));
  });
}
