// What a command throws, as its user reads it: the sentence on one line, what to do about it on the next.

import { formatTrouble, isKnownError, type KnownError } from "../runtime/errors.ts";
import { toFileError } from "../runtime/file-errors.ts";

export function formatKnownError({ trouble: { remedy, ...seen } }: KnownError): string {
  return `error: ${formatTrouble(seen)}\n${remedy === undefined ? "" : `  fix: ${remedy}\n`}`;
}

/** A known error, or a folder that cannot be written where no command foresaw it; undefined for a defect. */
export function findKnownError(error: unknown): KnownError | undefined {
  if (isKnownError(error)) return error;
  const { code, syscall, path } = error as Partial<NodeJS.ErrnoException>;
  if (syscall === "uv_cwd") return toFileError(error, "the working directory is gone", undefined);
  // A file that is missing is one that we looked for: our defect.
  return code === "ENOENT" ? undefined : toFileError(error, "the file system refuses", path);
}
