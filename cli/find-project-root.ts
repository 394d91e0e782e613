// Which folder is the project that a command works on.

import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { KnownError } from "../runtime/errors.ts";

/** What makes a folder a project: any of them. */
const signs = ["dagwright.config.ts", "dags", "package.json"];

/**
 * The folder that `--project` names; else the nearest one at or above the working directory with one of the signs; else the
 * working directory itself.
 * @throws KnownError when `--project` is no folder.
 */
export function findProjectRoot(workingDirectory: string, named: string | undefined): string {
  if (named !== undefined) return getFolder(named === "" ? "" : resolve(workingDirectory, named));
  for (let folder = workingDirectory; ; folder = dirname(folder)) {
    if (signs.some((sign) => existsSync(join(folder, sign)))) return folder;
    if (folder === dirname(folder)) return workingDirectory;
  }
}

function getFolder(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new KnownError({
    what: "--project is not a folder",
    found: JSON.stringify(path),
    remedy: "Name the folder that holds dags/",
    isRetryable: false,
  });
}
