// Lets the bytes of a compressed archive pass as far as they were decompressed and found right, one chunk behind: the last one only when the whole
// archive was. So a tool behind it never takes half an archive, or another one than was looked at, for a whole one.

import { createGunzip } from "node:zlib";
import { KnownError } from "../errors.ts";
import { lookOfFile } from "./file-look.ts";
import { type ArchiveReader, archiveMagic, createArchiveReader } from "./mongo-archive.ts";
import { archiveFault } from "./mongo-archive-bson.ts";
import type { ArchivePrelude } from "./mongo-archive-list.ts";

/** Of what is decompressed to what came: gzip's own limit is 1032, real dumps stay below 100. */
const maxRatio = 1_000;
/** So much may come of the first bytes, whatever the ratio. */
const ratioFreeBytes = 16 * 1024 * 1024;
const headBytes = 512;
const chunkBytes = 256 * 1024;

export interface CheckedArchive {
  readonly reader: Pick<ArchiveReader, "counts" | "current">;
  readonly prelude: ArchivePrelude;
  /** From the first byte on; once. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Reads up to the end of the list of collections. @throws KnownError (not retryable) that says what was found instead of an archive. */
export async function openArchive(download: AsyncIterable<Uint8Array>, file: string): Promise<CheckedArchive> {
  const gate = createGate(file);
  const source = download[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  while (gate.reader.prelude === undefined) {
    const next = await source.next();
    if (next.done) {
      await gate.finish();
      // An archive that is over has had its list.
      throw archiveFault(file, "the end in the middle of it");
    }
    await gate.check(next.value);
    held.push(next.value);
  }
  return { reader: gate.reader, prelude: gate.reader.prelude, chunks: pass(held, source, gate) };
}

async function* pass(
  held: Uint8Array[],
  source: AsyncIterator<Uint8Array>,
  gate: Gate,
): AsyncGenerator<Uint8Array, void> {
  let last = held.pop();
  // Taken out: a generator keeps its arguments until it ends.
  while (held.length > 0) yield held.shift()!;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    await gate.check(next.value);
    if (last) yield last;
    last = next.value;
  }
  await gate.finish();
  if (last) yield last;
}

interface Gate {
  readonly reader: ArchiveReader;
  check(chunk: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

function createGate(file: string): Gate {
  const reader = createArchiveReader(file);
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  let failure: Error | undefined;
  let received = 0;
  let decompressed = 0;
  let head = Buffer.alloc(0);
  let inner = Buffer.alloc(0);

  const fail = (error: Error) => {
    failure ??= error;
    gunzip.destroy();
  };
  const take = (chunk: Buffer) => {
    decompressed += chunk.length;
    if (decompressed > Math.max(ratioFreeBytes, received * maxRatio)) throw bomb(file);
    if (inner.length < headBytes) {
      inner = Buffer.concat([inner, chunk.subarray(0, headBytes)]);
      if (inner.length >= 4 && inner.readUInt32LE(0) !== archiveMagic) {
        throw otherFormat(file, `a gzip of ${lookOfFile(inner)}`);
      }
    }
    reader.write(chunk);
  };
  gunzip.on("data", (chunk: Buffer) => {
    if (failure) return;
    try {
      take(chunk);
    } catch (error) {
      fail(error as Error);
    }
  });
  gunzip.on("error", (error: NodeJS.ErrnoException) => fail(damaged(file, error)));
  const closed = new Promise<void>((resolve) => gunzip.once("close", resolve));

  return {
    reader,
    async check(chunk) {
      received += chunk.length;
      if (head.length < 2) {
        head = Buffer.concat([head, chunk]);
        if (head.length >= 2 && head.readUInt16BE(0) !== 0x1f8b) throw otherFormat(file, lookOfFile(head));
      }
      if (!failure) await Promise.race([new Promise((resolve) => gunzip.write(chunk, resolve)), closed]);
      if (failure) throw failure;
    },
    async finish() {
      if (received < 2) throw otherFormat(file, lookOfFile(head));
      if (!failure) {
        gunzip.end();
        await closed;
      }
      if (failure) throw failure;
      reader.end();
    },
  };
}

function otherFormat(file: string, found: string): KnownError {
  return new KnownError({
    what: "this is not an archive of mongodump, compressed by gzip",
    where: file,
    found,
    remedy: "Dump with `mongodump --archive --gzip`, or narrow what s3LatestObject may find (prefix, pattern)",
    isRetryable: false,
  });
}

function damaged(file: string, { code, message }: NodeJS.ErrnoException): KnownError {
  return archiveFault(
    file,
    code === "Z_BUF_ERROR" ? "the end in the middle of the gzip" : `a damaged gzip (${message})`,
  );
}

function bomb(file: string): KnownError {
  return new KnownError({
    what: "the archive grows beyond measure when it is decompressed",
    where: file,
    found: `more than ${maxRatio} times its size`,
    remedy: "No dump does that: see where the file comes from",
    isRetryable: false,
  });
}
