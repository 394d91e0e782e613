// What a machine refuses about files and folders (no permission, a file where a folder should be, a full disk) → one sentence with a
// remedy. What is no refusal of the file system is a defect and stays as it is.

import { KnownError } from "./errors.ts";

const remedies: Readonly<Record<string, string>> = {
  EACCES: "Give yourself the right to do so, or use another folder",
  EPERM: "Give yourself the right to do so, or use another folder",
  EROFS: "It is mounted read-only: use another folder",
  ENOTDIR: "A file stands where a folder is needed: move it away, or use another folder",
  EEXIST: "A file stands where a folder is needed: move it away, or use another folder",
  EISDIR: "A folder stands where a file is needed: move it away",
  ENOTEMPTY: "Another program writes there: end it, and try again",
  ENOENT: "See that it is there, or the folder that it is to be written into",
  ENAMETOOLONG: "Use shorter names",
  ELOOP: "Its symbolic links lead in a circle: correct them",
  ENOSPC: "The disk is full: free some space",
  EDQUOT: "Your quota of disk space is used up: free some space",
  EMFILE: "Too many files are open: raise the limit (ulimit -n)",
  ENFILE: "Too many files are open on this machine",
  EBUSY: "Another program uses it: end it, and try again",
  EIO: "The disk fails: look into the system's log",
};

/** Runs work on files; a refusal becomes a KnownError that says what could not be done, and where. */
export function explainFileErrors<T>(what: string, where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFileError(error, what, where) ?? error;
  }
}

/** Undefined when it is no refusal of the file system. */
export function toFileError(error: unknown, what: string, where: string | undefined): KnownError | undefined {
  const { code = "", syscall, message } = error as Partial<NodeJS.ErrnoException>;
  const remedy = Object.hasOwn(remedies, code) ? remedies[code] : undefined;
  if (!(error instanceof Error) || syscall === undefined || remedy === undefined) return undefined;
  const trouble = { what, ...(where === undefined ? {} : { where }), found: message!, remedy, isRetryable: false };
  return new KnownError(trouble, { cause: error });
}
