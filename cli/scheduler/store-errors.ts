// What an error of the store says about the disk and the file. The codes are SQLite's and the system's.

/** The disk is full, as far as can be told; undefined for anything else. */
export function findFullDisk(error: unknown): string | undefined {
  const code = codeOf(error);
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code)) return "the disk is full";
  // SQLite says so of a quota that is used up, and of a disk that fails to write: whichever it is, nothing new can begin.
  if (/^SQLITE_IOERR_(WRITE|FSYNC|DIR_FSYNC|SHMSIZE)$/.test(code))
    return `the disk is full, or cannot be written (${code})`;
  return undefined;
}

export function isDamaged(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "";
}
