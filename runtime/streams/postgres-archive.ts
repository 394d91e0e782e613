// The head of an archive of pg_dump's: its version and its table of contents, with all SQL that pg_restore would run. Read here, too, because
// `pg_restore --list` shows an entry's name and hides its statements. Source: ReadHead and ReadToc in pg_backup_archiver.c.

import { KnownError } from "../errors.ts";
import { type ArchiveFields, createArchiveFields, needsMore } from "./archive-fields.ts";
import { type ArchiveFormat, tarBlock } from "./postgres-archive-format.ts";

export interface ArchiveEntry {
  readonly id: number;
  /** As pg_dump writes it: `TABLE`, `TABLE DATA`, `FK CONSTRAINT`. Whoever made the archive could write anything here. */
  readonly type: string;
  readonly schema: string | null;
  readonly name: string;
  /** Has data in the archive. */
  readonly hasData: boolean;
  /** What creates it. */
  readonly definition: string;
  /** What `--clean` runs before. */
  readonly drop: string;
  /** What the data are handed to; without it they are run as SQL themselves. */
  readonly copy: string;
  /** Its line in `pg_restore --list --verbose`. */
  readonly listed: string;
}

export interface ArchiveHead {
  /** Of the format: `1.16`. */
  readonly version: string;
  /** The release of pg_dump that wrote it: `18.4`. */
  readonly dumpVersion: string;
  readonly serverVersion: string;
  readonly entries: readonly ArchiveEntry[];
}

/** pg_dump 9.0 wrote 1.12; what is older has other fields. */
const oldest = 12;
/** Of pg_dump 17 and 18. A newer one may have fields that this does not know. */
const newest = 16;

/** Undefined when more bytes are needed. @throws KnownError (not retryable) for what is no archive, or of an unknown version. */
export function readArchiveHead(bytes: Buffer, format: ArchiveFormat, where: string): ArchiveHead | undefined {
  const start = format === "tar" ? tarBlock : 0;
  try {
    return readHead(createArchiveFields(bytes.subarray(start)), format, where);
  } catch (error) {
    if (error === needsMore) return undefined;
    throw error;
  }
}

function readHead(fields: ArchiveFields, format: ArchiveFormat, where: string): ArchiveHead {
  if (fields.bytes(5).toString("latin1") !== "PGDMP")
    throw broken(where, "no PGDMP where its table of contents begins");
  const [major, minor] = [fields.byte(), fields.byte()];
  fields.byte();
  if (major !== 1 || minor < oldest || minor > newest) throw unknownVersion(where, `${major}.${minor}`, minor > newest);
  fields.setIntegerBytes(fields.byte());
  const offsetBytes = fields.byte();
  const kind = fields.byte();
  if (kind !== (format === "tar" ? 3 : 1)) throw broken(where, `format ${kind} in its header`);
  if (minor >= 15) fields.byte();
  else fields.integer();
  // When it was made, as seven numbers, and the database's name.
  for (let part = 0; part < 7; part += 1) fields.integer();
  fields.text();
  const serverVersion = fields.text() ?? "";
  const dumpVersion = fields.text() ?? "";
  const count = fields.integer();
  if (count < 0 || count > maxEntries) throw broken(where, `${count} entries in its header`);
  const entries: ArchiveEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    entries.push(readEntry(fields, minor));
    if (format === "tar") fields.text();
    else fields.bytes(1 + offsetBytes);
  }
  return { version: `${major}.${minor}`, dumpVersion, serverVersion, entries };
}

/** A database has fewer objects; a larger number is damage, and would be waited for until the end of the object. */
const maxEntries = 10_000_000;

function readEntry(fields: ArchiveFields, minor: number): ArchiveEntry {
  const id = fields.integer();
  const hasData = fields.integer() !== 0;
  const object = `${fields.text() ?? 0} ${fields.text() ?? 0}`;
  const name = fields.text() ?? "";
  const type = fields.text() ?? "";
  fields.integer();
  const definition = fields.text() ?? "";
  const drop = fields.text() ?? "";
  const copy = fields.text() ?? "";
  const schema = fields.text();
  fields.text();
  if (minor >= 14) fields.text();
  if (minor >= 16) fields.integer();
  const owner = fields.text() ?? "";
  // Whether it had OIDs, and what it depends on, up to a missing text.
  fields.text();
  while (fields.text() !== null);
  const listed = `${id}; ${object} ${type} ${schema || "-"} ${name} ${owner}`.replaceAll(/[\n\r]/g, " ");
  return { id, type, schema, name, hasData, definition, drop, copy, listed };
}

function broken(where: string, found: string): KnownError {
  const remedy = "Make the dump again, or take an older one";
  return new KnownError({ what: "the archive is damaged", where, found, remedy, isRetryable: false });
}

function unknownVersion(where: string, version: string, isNew: boolean): KnownError {
  const remedy = isNew
    ? "Update dagwright, or dump with pg_dump 18 or older"
    : "Dump again with pg_dump 9.0 or newer, which dumps older servers, too";
  const what = `the archive's format ${version} is ${isNew ? "newer" : "older"} than what can be checked`;
  return new KnownError({ what, where, found: `formats 1.${oldest} to 1.${newest} can`, remedy, isRetryable: false });
}
