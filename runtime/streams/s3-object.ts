// One object of S3 as a stream: its bytes once, in order, in bounded memory, all of the same version. A connection that is cut goes on from
// where it was; whatever does not fit together at the end is an error, so nobody may take the last chunk for success before.

import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { noS3Answer, toS3Error } from "../connections/s3-errors.ts";
import type { ObjectAnswer, S3Session } from "../connections/s3-session.ts";
import { s3Uri, visible } from "../connections/s3-uri.ts";
import { formatTrouble, isKnownError } from "../errors.ts";
import { createChecksum, type ObjectChecksum, type StoredChecksums } from "./object-checksum.ts";
import type { FileDigest } from "./read-hashed.ts";
import { changedOnTheWay, cutShort, givenUp, replaced, wrongLength } from "./s3-object-faults.ts";

/** An object as `s3LatestObject` found it: an XCom. */
export type S3Object = {
  readonly bucket: string;
  readonly key: string;
  /** Names this version of the object: another one under the same key is never read. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  /** When it was written, ISO 8601, UTC; S3 knows whole seconds. */
  readonly lastModified: string;
};

export interface S3Download extends AsyncIterable<Uint8Array> {
  /** Of all bytes, in lower-case hex; only after the last chunk. */
  digest(): FileDigest;
}

export interface S3DownloadOptions {
  readonly signal: AbortSignal;
  /** A server that sends nothing for so long, while it is waited for, is taken for gone. Default: 60,000. */
  readonly silenceLimitMs?: number;
}

const defaultSilenceLimitMs = 60_000;
/** In a row, without `progressBytes` between them: then the download is given up. */
const maxTries = 5;
/** What a try has to bring to count as one that got on. */
const progressBytes = 64 * 1024;
/** Doubled from try to try. */
const firstDelayMs = 200;

export function readS3Object(session: S3Session, object: S3Object, options: S3DownloadOptions): S3Download {
  const state = createState(object, `${s3Uri(object.bucket, object.key)}, ${session.place}`);
  const chunks = readAll(session, state, options);
  return {
    [Symbol.asyncIterator]: () => chunks,
    digest: () => {
      if (state.sha256 === undefined) throw new Error("digest() is for a download that was read to its end");
      return { sha256: state.sha256, bytes: state.bytes };
    },
  };
}

interface DownloadState {
  readonly object: S3Object;
  readonly where: string;
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  sha256: string | undefined;
  /** As the first answer has them. */
  stored: StoredChecksums | undefined;
  checksum: ObjectChecksum | undefined;
}

function createState(object: S3Object, where: string): DownloadState {
  const hash = createHash("sha256");
  return { object, where, hash, bytes: 0, sha256: undefined, stored: undefined, checksum: undefined };
}

async function* readAll(
  session: S3Session,
  state: DownloadState,
  options: S3DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  const { object } = state;
  const { signal } = options;
  let failures = 0;
  while (state.bytes < object.size) {
    const from = state.bytes;
    try {
      yield* readOnce(session, state, options);
    } catch (error) {
      signal.throwIfAborted();
      const trouble = toS3Error(error, state.where);
      if (!isKnownError(trouble) || trouble.trouble.isRetryable === false) throw trouble;
      failures = state.bytes - from >= progressBytes ? 1 : failures + 1;
      if (failures >= maxTries) throw givenUp(trouble, state, maxTries);
      const { remedy: _, ...seen } = trouble.trouble;
      console.log(`${formatTrouble(seen)}; going on from byte ${state.bytes} of ${object.size}`);
      if (state.bytes === from) await wait(firstDelayMs * 2 ** (failures - 1), undefined, { signal });
    }
  }
  finish(state);
}

/** One request: from where the download is, as far as it gets. Yields nothing that is not of this version and in its place. */
async function* readOnce(
  session: S3Session,
  state: DownloadState,
  { signal, silenceLimitMs = defaultSilenceLimitMs }: S3DownloadOptions,
): AsyncGenerator<Uint8Array, void> {
  const { bucket, key, etag, size } = state.object;
  const answer = await session.getObject({ bucket, key, etag, from: state.bytes }, signal);
  try {
    checkAnswer(answer, state);
    if (state.stored === undefined) {
      state.stored = answer.checksums;
      state.checksum = createChecksum(answer.checksums);
    }
    // A server that cannot send a part sends all of it again: of the same version, so what is known can be passed over.
    let known = state.bytes - answer.from;
    for await (const whole of heard(answer.body, silenceLimitMs, state)) {
      const chunk = known === 0 ? whole : whole.subarray(known);
      known -= whole.length - chunk.length;
      if (chunk.length === 0) continue;
      if (state.bytes + chunk.length > size) throw wrongLength(state.where, `more than ${size} bytes`);
      state.hash.update(chunk);
      state.checksum?.update(chunk);
      state.bytes += chunk.length;
      yield chunk;
    }
  } finally {
    answer.body.destroy();
  }
  if (state.bytes < size) throw cutShort(state, "the answer ended early");
}

function checkAnswer({ etag, from, length }: ObjectAnswer, state: DownloadState): void {
  const { object, bytes } = state;
  if (etag !== undefined && etag !== object.etag)
    throw replaced(state.where, visible(`ETag ${etag} in place of ${object.etag}`));
  if (from > bytes) throw noS3Answer(state.where, `asked for byte ${bytes} on, got byte ${from} on`);
  if (length !== undefined && length !== object.size - from) {
    throw wrongLength(state.where, `${from + length} bytes instead of ${object.size}`);
  }
}

/** The body's chunks; a silence is an error while they are waited for, not while their reader works. All its errors are of the way here. */
async function* heard(
  body: ObjectAnswer["body"],
  silenceLimitMs: number,
  state: DownloadState,
): AsyncGenerator<Uint8Array, void> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  for (;;) {
    const limit = setTimeout(() => body.destroy(new Error(`silence for ${silenceLimitMs / 1000} s`)), silenceLimitMs);
    const next = await chunks
      .next()
      .catch((error: Error) => Promise.reject(cutShort(state, error.message, error)))
      .finally(() => clearTimeout(limit));
    if (next.done) return;
    yield next.value;
  }
}

/** The length is right; is the content what S3 has? */
function finish(state: DownloadState): void {
  const sha256 = state.hash.digest();
  const { stored = {}, checksum } = state;
  const wrong =
    stored.sha256 === undefined
      ? checksum && checksum.base64() !== stored[checksum.algorithm] && checksum.algorithm
      : sha256.toString("base64") !== stored.sha256 && "sha256";
  if (wrong) throw changedOnTheWay(state, wrong);
  state.sha256 = sha256.toString("hex");
}
