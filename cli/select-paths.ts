// Narrows what a command shows to the files and folders that it was given.

import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { KnownError } from "../runtime/errors.ts";

/** Tells of a file, relative to the root, whether it was selected; without paths every file is. */
export function selectPaths(
  root: string,
  workingDirectory: string,
  paths: readonly string[],
): (file: string) => boolean {
  const selected = paths.map((path) => toProjectPath(root, resolve(workingDirectory, path), path));
  if (selected.length === 0) return () => true;
  return (file) => selected.some((path) => path === "" || file === path || file.startsWith(`${path}/`));
}

function toProjectPath(root: string, path: string, typed: string): string {
  const inside = relative(root, path);
  const remedy = "Name files and folders of the project, or leave them out for all of it";
  const found = JSON.stringify(typed);
  // A variable of a script that is not set must not mean everything.
  if (typed === "") throw new KnownError({ what: "a path is empty", found, remedy, isRetryable: false });
  if (!existsSync(path)) throw new KnownError({ what: "no such file or folder", found, remedy, isRetryable: false });
  if (inside.startsWith("..") || isAbsolute(inside)) {
    throw new KnownError({
      what: "the path is outside of the project",
      where: root,
      found,
      remedy,
      isRetryable: false,
    });
  }
  return inside.replaceAll(sep, "/");
}
