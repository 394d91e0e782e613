// How a download of an object goes wrong, in sentences: what is not retryable is found again by every try.

import { KnownError } from "../errors.ts";

/** How far a download is. */
export interface DownloadPoint {
  readonly object: { readonly size: number };
  readonly where: string;
  readonly bytes: number;
}

export function replaced(where: string, found: string): KnownError {
  const remedy = "Let the task that found it run again, and then this one";
  return new KnownError({
    what: "the object was replaced since it was found",
    where,
    found,
    remedy,
    isRetryable: false,
  });
}

export function wrongLength(where: string, found: string): KnownError {
  const remedy = "Look at what stands between this machine and S3: something changes its answers";
  return new KnownError({
    what: "the object is not as long as it was listed",
    where,
    found,
    remedy,
    isRetryable: false,
  });
}

/** An answer without a length may end early without any error. */
export function cutShort({ where, bytes, object }: DownloadPoint, why: string, cause?: Error): KnownError {
  const found = `${bytes} of ${object.size} bytes arrived, then: ${why}`;
  return new KnownError({ what: "the connection to S3 was cut", where, found }, { cause });
}

export function givenUp(cause: KnownError, { bytes, object, where }: DownloadPoint, tries: number): KnownError {
  const { what, found } = cause.trouble;
  return new KnownError(
    {
      what: `the download was given up after ${tries} tries that did not get on`,
      where,
      found: `${bytes} of ${object.size} bytes arrived; at last: ${what}${found === undefined ? "" : `: ${found}`}`,
      remedy: "Let the task run again; if it stays so, look at what lies between this machine and S3",
    },
    { cause },
  );
}

export function changedOnTheWay({ where, bytes }: DownloadPoint, checksum: string): KnownError {
  return new KnownError({
    what: "the object did not arrive as S3 keeps it",
    where,
    found: `another ${checksum} after ${bytes} bytes`,
    remedy: "Let the task run again; if it stays so, the object is damaged where it is kept",
  });
}
