// What a file is that is no plain SQL, by its first bytes: a dump in another of pg_dump's formats, or something compressed. Named with
// what makes plain SQL of it; the lexer would only say that it is not UTF-8.

import { access } from "node:fs/promises";
import { join } from "node:path";
import { KnownError } from "../errors.ts";

/** So much of the file's beginning is looked at: a tar archive has its mark at byte 257. */
export const formatHeadBytes = 262;

const restore = "Make plain SQL of it with pg_restore --file=plain.sql, or dump with pg_dump --format=plain";
const unpack = (command: string) => `Unpack it first: ${command}; then name the unpacked file`;

export interface Format {
  readonly name: string;
  readonly at?: number;
  readonly mark: string | readonly number[];
  /** What makes plain SQL of it. */
  readonly remedy: string;
}

/** Sources: RFC 1952, RFC 8878, the bzip2, xz and LZ4 formats, POSIX ustar, pg_backup_archiver.c. The first that fits. */
const formats: readonly Format[] = [
  { name: "a dump in pg_dump's custom format", mark: "PGDMP", remedy: restore },
  { name: "a dump in pg_dump's tar format", mark: "toc.dat\0", remedy: restore },
  { name: "a tar archive", at: 257, mark: "ustar", remedy: unpack("tar -xf") },
  { name: "compressed with gzip", mark: [0x1f, 0x8b], remedy: unpack("gunzip --keep") },
  { name: "compressed with zstd", mark: [0x28, 0xb5, 0x2f, 0xfd], remedy: unpack("unzstd") },
  { name: "compressed with LZ4", mark: [0x04, 0x22, 0x4d, 0x18], remedy: unpack("unlz4") },
  { name: "compressed with xz", mark: [0xfd, 0x37, 0x7a, 0x58, 0x5a], remedy: unpack("unxz --keep") },
  { name: "compressed with bzip2", mark: "BZh", remedy: unpack("bunzip2 --keep") },
  { name: "a zip archive", mark: "PK\x03\x04", remedy: unpack("unzip") },
  {
    name: "UTF-16 text, as PowerShell's > writes",
    mark: [0xff, 0xfe],
    remedy: "Let pg_dump write the file itself: pg_dump --file=dump.sql",
  },
];

/** @throws KnownError without a place, for a file that begins like one of the known formats. */
export function refuseOtherFormat(head: Buffer): void {
  const found = findFormat(head);
  if (found) throw notPlain(`the file is ${found.name}, not plain SQL`, found.remedy);
}

/** The format that a file with this beginning is in, if it is a known one and not text. */
export function findFormat(head: Buffer): Format | undefined {
  return formats.find(({ at = 0, mark }) => {
    const bytes = typeof mark === "string" ? Buffer.from(mark, "latin1") : Buffer.from(mark);
    return head.subarray(at, at + bytes.length).equals(bytes);
  });
}

/** @throws KnownError for the folder that `pg_dump --format=directory` writes. */
export async function refuseDirectoryFormat(path: string, name: string): Promise<void> {
  const isDump = await access(join(path, "toc.dat")).then(
    () => true,
    () => false,
  );
  if (isDump) throw notPlain("the folder is a dump in pg_dump's directory format, not plain SQL", restore, name);
}

/** @throws KnownError when the whole file, of so many bytes, had nothing to run: pg_dump writes settings even for an empty database. */
export function refuseNothing(name: string, bytes: number): never {
  throw new KnownError({
    what: "the dump has nothing to load",
    where: name,
    found: bytes === 0 ? "an empty file" : `${bytes} bytes without a statement`,
    remedy: "Make or fetch it again: pg_dump writes statements even for an empty database",
    isRetryable: false,
  });
}

function notPlain(what: string, remedy: string, where?: string): KnownError {
  return new KnownError({ what, ...(where === undefined ? {} : { where }), remedy, isRetryable: false });
}
