// The list of collections that begins an archive of mongodump, document by document. Invariant: no name is taken that mongorestore would read
// differently.

import { readFlatBson } from "./mongo-archive-bson.ts";

/** A server with more collections is beyond what it can hold itself. */
const maxNamespaces = 100_000;
const maxListBytes = 64 * 1024 * 1024;

export interface ArchiveNamespace {
  readonly database: string;
  readonly collection: string;
  /** `collection`, `timeseries` or `view`; of old dumps empty. */
  readonly type: string;
  /** Options and indexes, Extended JSON; empty where the dump has none. */
  readonly metadata: string;
}

export interface ArchivePrelude {
  readonly serverVersion: string;
  readonly toolVersion: string;
  readonly namespaces: readonly ArchiveNamespace[];
}

/** Throws: called with what was found. */
export type ArchiveFail = (found: string) => never;

export interface ListReader {
  /** The header first, then the collections. */
  take(document: Buffer): void;
  /** Undefined when not even the header was there. */
  end(): ArchivePrelude | undefined;
}

export function createListReader(fail: ArchiveFail): ListReader {
  const namespaces: ArchiveNamespace[] = [];
  let header: Omit<ArchivePrelude, "namespaces"> | undefined;
  let bytes = 0;
  return {
    take(document) {
      if (header === undefined) header = readHeader(document, fail);
      else namespaces.push(readNamespace(document, fail));
      if (namespaces.length > maxNamespaces) fail(`more than ${maxNamespaces.toLocaleString("en")} collections`);
      bytes += document.length;
      if (bytes > maxListBytes) fail("a list of collections without an end");
    },
    end: () => header && { ...header, namespaces },
  };
}

/** `db.collection`. */
export function namespaceOf({ database, collection }: Pick<ArchiveNamespace, "database" | "collection">): string {
  return `${database}.${collection}`;
}

function readHeader(document: Buffer, fail: ArchiveFail): Omit<ArchivePrelude, "namespaces"> {
  const names = ["concurrent_collections", "version", "server_version", "tool_version"];
  const { version, ...fields } = readFlatBson(document, names, fail);
  if (version !== "0.1") fail(`format version ${JSON.stringify(version ?? null)}, not "0.1"`);
  return {
    serverVersion: String(fields["server_version"] ?? ""),
    toolVersion: String(fields["tool_version"] ?? ""),
  };
}

function readNamespace(document: Buffer, fail: ArchiveFail): ArchiveNamespace {
  const fields = readFlatBson(document, ["db", "collection", "metadata", "size", "type"], fail);
  const { db, collection, metadata = "", type = "" } = fields;
  if (typeof db !== "string" || typeof collection !== "string" || collection === "") {
    return fail("an entry in the list of collections that names none");
  }
  if (typeof metadata !== "string" || typeof type !== "string") return fail("metadata that is not a text");
  return { database: db, collection, metadata, type };
}
