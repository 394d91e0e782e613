// MongoDB's archive format, read as it streams by: the list of collections at its start, then blocks of their documents. Documents are counted,
// never held. Source: common/archive/spec.md and parser.go of mongo-tools, which refuses the same. Invariant: no name reaches `onNamespace`
// or a count that mongorestore would read differently.

import { archiveFault, readFlatBson } from "./mongo-archive-bson.ts";

/** `6d e2 99 81` in the file. */
export const archiveMagic = 0x8199e26d;
const terminator = 0xffffffff;
/** Of the tools: one document of the format, or of a collection. */
const maxDocumentBytes = 16 * 1024 * 1024 + 16 * 1024;
const minDocumentBytes = 5;
/** A server with more collections is beyond what it can hold itself. */
const maxNamespaces = 100_000;
const maxPreludeBytes = 64 * 1024 * 1024;

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

export interface ArchiveCount {
  documents: number;
  bytes: number;
}

export interface ArchiveReader {
  /** Undefined until all of it was read. */
  readonly prelude: ArchivePrelude | undefined;
  /** By namespace as the collection is called: the buckets of a time series count for the collection. */
  readonly counts: ReadonlyMap<string, ArchiveCount>;
  /** The namespace of the last document. */
  readonly current: string | undefined;
  /** @throws KnownError (not retryable) naming what is not the format. */
  write(chunk: Buffer): void;
  /** @throws KnownError when the archive is not over. */
  end(): void;
}

/** `db.collection`. */
export function namespaceOf({ database, collection }: Pick<ArchiveNamespace, "database" | "collection">): string {
  return `${database}.${collection}`;
}

export function createArchiveReader(file: string): ArchiveReader {
  let state: "magic" | "header" | "metadata" | "block" | "body" = "magic";
  let prelude: ArchivePrelude | undefined;
  let header = { serverVersion: "", toolVersion: "" };
  const namespaces: ArchiveNamespace[] = [];
  const counts = new Map<string, ArchiveCount>();
  const open = new Set<string>();
  const closed = new Set<string>();
  let known = new Map<string, string>();
  let current: string | undefined;
  let preludeBytes = 0;
  let offset = 0;
  let held = Buffer.alloc(0);
  /** Of a document in a body that is longer than what has come: so many bytes are still to come. */
  let toSkip = 0;

  const fail = (found: string): never => {
    throw archiveFault(file, `${found}, at byte ${offset.toLocaleString("en")} of what is decompressed`);
  };

  const takeHeader = (bytes: Buffer) => {
    const fields = readFlatBson(bytes, ["concurrent_collections", "version", "server_version", "tool_version"], fail);
    if (fields["version"] !== "0.1") fail(`format version ${JSON.stringify(fields["version"] ?? null)}, not "0.1"`);
    header = {
      serverVersion: String(fields["server_version"] ?? ""),
      toolVersion: String(fields["tool_version"] ?? ""),
    };
  };

  const takeMetadata = (bytes: Buffer) => {
    const {
      db,
      collection,
      metadata = "",
      type = "",
    } = readFlatBson(bytes, ["db", "collection", "metadata", "size", "type"], fail);
    if (typeof db !== "string" || typeof collection !== "string" || collection === "") {
      return fail("an entry in the list of collections that names none");
    }
    if (typeof metadata !== "string" || typeof type !== "string") return fail("metadata that is not a text");
    namespaces.push({ database: db, collection, metadata, type });
    if (namespaces.length > maxNamespaces) fail(`more than ${maxNamespaces.toLocaleString("en")} collections`);
  };

  const endPrelude = () => {
    prelude = { ...header, namespaces };
    known = new Map(namespaces.flatMap((each) => dataNamesOf(each).map((name) => [name, namespaceOf(each)])));
    for (const each of namespaces) counts.set(namespaceOf(each), { documents: 0, bytes: 0 });
    if (counts.size !== namespaces.length) fail("a collection that is listed twice");
  };

  const takeBlockHeader = (bytes: Buffer) => {
    const { db, collection, EOF: isEnd } = readFlatBson(bytes, ["db", "collection", "EOF", "CRC"], fail);
    const name = `${db}.${collection}`;
    current = known.get(name);
    if (current === undefined) return fail(`data of ${JSON.stringify(name)}, which is not in the list of collections`);
    if (closed.has(current)) return fail(`data of ${current} after its end`);
    if (isEnd === true) {
      open.delete(current);
      closed.add(current);
      current = undefined;
    } else open.add(current);
  };

  /** A whole document of the format itself. */
  const takeDocument = (bytes: Buffer) => {
    if (bytes.at(-1) !== 0) fail("a document without its end");
    if (state === "header") {
      takeHeader(bytes);
      state = "metadata";
    } else if (state === "metadata") takeMetadata(bytes);
    else {
      takeBlockHeader(bytes);
      state = "body";
    }
    if (prelude === undefined) {
      preludeBytes += bytes.length;
      if (preludeBytes > maxPreludeBytes) fail("a list of collections without an end");
    }
  };

  const takeTerminator = () => {
    if (state === "metadata") endPrelude();
    else if (state !== "body") fail("an end of a block that has not begun");
    state = "block";
  };

  /** How many bytes at `at` were used; 0: more are needed. */
  const step = (data: Buffer, at: number): number => {
    if (data.length - at < 4) return 0;
    const size = data.readUInt32LE(at);
    if (state === "magic") {
      if (size !== archiveMagic) fail("no archive");
      state = "header";
      return 4;
    }
    if (size === terminator) {
      takeTerminator();
      return 4;
    }
    if (size < minDocumentBytes || size > maxDocumentBytes)
      return fail(`a document of ${size.toLocaleString("en")} bytes`);
    if (state === "body") {
      const count = current === undefined ? undefined : counts.get(current);
      if (count === undefined) return fail("documents after the end of their collection");
      count.documents += 1;
      count.bytes += size;
      const here = Math.min(size, data.length - at);
      toSkip = size - here;
      return here;
    }
    if (data.length - at < size) return 0;
    takeDocument(data.subarray(at, at + size));
    return size;
  };

  return {
    get prelude() {
      return prelude;
    },
    counts,
    get current() {
      return current;
    },
    write(chunk) {
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      offset += skipped;
      const rest = chunk.subarray(skipped);
      const data = held.length === 0 ? rest : Buffer.concat([held, rest]);
      let at = 0;
      for (let used = -1; used !== 0 && at < data.length; at += used) {
        used = step(data, at);
        offset += used;
      }
      // A copy: the chunk's memory is somebody else's.
      held = Buffer.from(data.subarray(at));
    },
    end() {
      const isBetweenBlocks = state === "block" && held.length === 0 && toSkip === 0;
      if (!isBetweenBlocks) fail("the end in the middle of it");
      if (open.size > 0) fail(`no end of ${[...open].slice(0, 5).join(", ")}`);
    },
  };
}

/** Before MongoDB 8.3 a time series' data stand under the name of its buckets. */
function dataNamesOf(namespace: ArchiveNamespace): string[] {
  const { database, collection, type } = namespace;
  return type === "timeseries"
    ? [`${database}.system.buckets.${collection}`, namespaceOf(namespace)]
    : [namespaceOf(namespace)];
}
