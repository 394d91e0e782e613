// What an object is, by its first bytes: an archive that pg_restore reads from its standard input (custom or tar), or what it is instead and
// what to do about it. Nothing is touched before this was asked.

import { KnownError } from "../errors.ts";
import { findFormat } from "./sql-dump-format.ts";

/** The first member of a tar archive begins behind one block; the magic of the table of contents is looked for there. */
export const tarBlock = 512;
/** As many bytes as are needed to tell, of an object that has so many. */
export const archiveHeadBytes = tarBlock + 16;

export type ArchiveFormat = "custom" | "tar";

const magic = "PGDMP";
const dumpAgain = "Dump with pg_dump --format=custom, which compresses by itself";
const plain = "Load it with loadSqlDump, which reads plain SQL without psql; or dump with pg_dump --format=custom";

/** What pg_dump's other formats and people's compressors make of a dump → what to do. */
const remedies: Readonly<Record<string, string>> = {
  gzip: `${dumpAgain}; or gunzip the object before it is restored`,
  zstd: dumpAgain,
  LZ4: dumpAgain,
  xz: dumpAgain,
  bzip2: dumpAgain,
  zip: dumpAgain,
};

/** @throws KnownError (not retryable) that says what it is instead. */
export function readArchiveFormat(head: Buffer, where: string): ArchiveFormat {
  if (startsAt(head, 0, magic)) return "custom";
  if (startsAt(head, 257, "ustar") && startsAt(head, 0, "toc.dat\0")) return "tar";
  const refuse = (what: string, found: string, remedy: string) =>
    new KnownError({ what, where, found, remedy, isRetryable: false });
  if (head.length === 0) {
    throw refuse(
      "the archive is empty",
      "an object of 0 bytes",
      "Look at the job that makes the dumps: its last one failed",
    );
  }
  if (startsAt(head, 257, "ustar")) {
    const remedy = `pg_restore reads folders only from a disk, with a seek in them. ${dumpAgain}`;
    throw refuse("the archive is a tar of other files", `its first member is ${firstMember(head)}`, remedy);
  }
  const found = findFormat(head);
  if (found) {
    const word = Object.keys(remedies).find((name) => found.name.includes(name));
    throw refuse(
      "the archive is none that pg_restore reads from a stream",
      found.name,
      remedies[word ?? ""] ?? dumpAgain,
    );
  }
  if (looksLikeSql(head)) throw refuse("the archive is a plain SQL dump", "SQL text", plain);
  const shown = head.subarray(0, 8).toString("hex");
  throw refuse("the archive is none of pg_dump's", `it begins with the bytes ${shown}`, dumpAgain);
}

function startsAt(head: Buffer, at: number, mark: string): boolean {
  return head.subarray(at, at + mark.length).toString("latin1") === mark;
}

function firstMember(head: Buffer): string {
  return JSON.stringify(head.subarray(0, 100).toString("utf8").replace(/\0.*$/s, ""));
}

/** pg_dump begins with `--`, psql's commands with a backslash, what people write with a word. */
function looksLikeSql(head: Buffer): boolean {
  const text = head.toString("utf8").replace(/^\ufeff/, "");
  return !text.slice(0, -4).includes("\ufffd") && /^\s*(--|\/\*|\\|[a-z]+\b)/i.test(text);
}
