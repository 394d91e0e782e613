// MongoDB's archive format, read as it streams by: documents with their lengths in front, and terminators; first the list of collections, then
// blocks of their documents. Documents are counted, never held. Source: common/archive/spec.md and parser.go of mongo-tools, which refuses the same.

import { type ArchiveCount, type BlockReader, createBlockReader } from "./mongo-archive-blocks.ts";
import { archiveFault } from "./mongo-archive-bson.ts";
import { type ArchiveFail, type ArchivePrelude, createListReader } from "./mongo-archive-list.ts";

/** `6d e2 99 81` in the file. */
export const archiveMagic = 0x8199e26d;
const terminator = 0xffffffff;
/** Of the tools: one document of the format, or of a collection. */
const maxDocumentBytes = 16 * 1024 * 1024 + 16 * 1024;
const minDocumentBytes = 5;

export interface ArchiveReader {
  /** Undefined until all of it was read. */
  readonly prelude: ArchivePrelude | undefined;
  /** By namespace as the collection is called: the buckets of a time series count for the collection. Empty until the list was read. */
  readonly counts: ReadonlyMap<string, ArchiveCount>;
  /** The namespace of the last document. */
  readonly current: string | undefined;
  /** @throws KnownError (not retryable) naming what is not the format. */
  write(chunk: Buffer): void;
  /** @throws KnownError when the archive is not over. */
  end(): void;
}

export function createArchiveReader(file: string): ArchiveReader {
  let offset = 0;
  let held = Buffer.alloc(0);
  /** Of a document that is longer than what has come: so many bytes are still to come. */
  let toSkip = 0;
  const parts = createParts((found) => {
    throw archiveFault(file, `${found}, at byte ${offset.toLocaleString("en")} of what is decompressed`);
  });
  return {
    get prelude() {
      return parts.prelude;
    },
    get counts() {
      return parts.counts;
    },
    get current() {
      return parts.current;
    },
    write(chunk) {
      const skipped = Math.min(toSkip, chunk.length);
      toSkip -= skipped;
      offset += skipped;
      const rest = chunk.subarray(skipped);
      const data = held.length === 0 ? rest : Buffer.concat([held, rest]);
      let at = 0;
      while (at < data.length) {
        const used = parts.take(data, at);
        if (used === 0) break;
        toSkip = Math.max(0, at + used - data.length);
        const here = used - toSkip;
        offset += here;
        at += here;
      }
      // A copy: the chunk's memory is somebody else's.
      held = Buffer.from(data.subarray(at));
    },
    end: () => parts.end(held.length === 0 && toSkip === 0),
  };
}

interface Parts extends Pick<ArchiveReader, "prelude" | "counts" | "current"> {
  /** How long the part is that begins at `at`: it may be longer than `data`. 0: not yet to be told. */
  take(data: Buffer, at: number): number;
  end(isBetweenParts: boolean): void;
}

const noCounts: ReadonlyMap<string, ArchiveCount> = new Map();

function createParts(fail: ArchiveFail): Parts {
  const list = createListReader(fail);
  let state: "magic" | "list" | "block" | "body" = "magic";
  let prelude: ArchivePrelude | undefined;
  let blocks: BlockReader | undefined;

  const takeTerminator = () => {
    if (state === "list") {
      prelude = list.end();
      blocks = prelude && createBlockReader(prelude.namespaces, fail);
    }
    if (blocks === undefined || state === "block") fail("an end of a block that has not begun");
    state = "block";
  };
  /** A whole document of the format itself. */
  const takeDocument = (document: Buffer) => {
    if (document.at(-1) !== 0) fail("a document without its end");
    if (blocks === undefined) list.take(document);
    else {
      blocks.open(document);
      state = "body";
    }
  };

  return {
    get prelude() {
      return prelude;
    },
    get counts() {
      return blocks?.counts ?? noCounts;
    },
    get current() {
      return blocks?.current;
    },
    take(data, at) {
      if (data.length - at < 4) return 0;
      const size = data.readUInt32LE(at);
      if (state === "magic") {
        if (size !== archiveMagic) fail("no archive");
        state = "list";
        return 4;
      }
      if (size === terminator) {
        takeTerminator();
        return 4;
      }
      if (size < minDocumentBytes || size > maxDocumentBytes)
        return fail(`a document of ${size.toLocaleString("en")} bytes`);
      if (state === "body") blocks!.count(size);
      else if (data.length - at < size) return 0;
      else takeDocument(data.subarray(at, at + size));
      return size;
    },
    end(isBetweenParts) {
      if (state !== "block" || !isBetweenParts) fail("the end in the middle of it");
      const unfinished = blocks!.unfinished();
      if (unfinished.length > 0) fail(`no end of ${unfinished.slice(0, 5).join(", ")}`);
    },
  };
}
