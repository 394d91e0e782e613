// A file as a stream of large chunks, with the SHA-256 and the size of what has passed.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { KnownError } from "../errors.ts";

/** Large enough that COPY's writes and the hash cost nothing for each chunk, small enough to keep several in flight. */
const chunkBytes = 256 * 1024;

export interface HashedFile {
  /** @throws KnownError, not retryable, when there is no such file. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Call it when all chunks have been read. */
  digest(): FileDigest;
}

export interface FileDigest {
  /** In lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface ReadOptions {
  /** What messages call the file: as the author wrote it. */
  readonly name: string;
  readonly signal: AbortSignal;
}

export function readHashed(path: string, { name, signal }: ReadOptions): HashedFile {
  const hash = createHash("sha256");
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, signal })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw fileTrouble(error as NodeJS.ErrnoException, path, name);
    }
  }
  return { chunks: chunks(), digest: () => ({ sha256: hash.digest("hex"), bytes }) };
}

/** The digest of a whole file. */
export async function hashFile(path: string, options: ReadOptions): Promise<FileDigest> {
  const hashed = readHashed(path, options);
  for await (const _ of hashed.chunks);
  return hashed.digest();
}

function fileTrouble(error: NodeJS.ErrnoException, path: string, name: string): Error {
  const what = {
    ENOENT: "the file does not exist",
    EACCES: "the file may not be read",
    EISDIR: "the file is a folder",
  };
  const known = what[error.code as keyof typeof what];
  if (known === undefined) return error;
  const trouble = { what: known, where: name, found: path, remedy: "Put it there, or correct the task's `file`" };
  return new KnownError({ ...trouble, isRetryable: false }, { cause: error });
}
