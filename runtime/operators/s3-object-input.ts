// The object that a restore is given by an earlier task: found by `s3LatestObject`, or made by a handler that knows better.

import { KnownError } from "../errors.ts";
import type { S3Object } from "../streams/s3-object.ts";

/** @throws KnownError (not retryable) when the earlier task left something else. */
export function s3ObjectIn(value: unknown): S3Object {
  const object = value as Partial<S3Object> | null;
  const isObject =
    typeof object === "object" &&
    object !== null &&
    [object.bucket, object.key, object.etag].every((text) => typeof text === "string" && text !== "") &&
    Number.isSafeInteger(object.size);
  if (isObject) return object as S3Object;
  throw new KnownError({
    what: "the earlier task left no object of S3",
    where: "input object",
    found: value === null || value === undefined ? "nothing" : "something else",
    remedy: "Give the task of s3LatestObject, or return { bucket, key, etag, size, lastModified }",
    isRetryable: false,
  });
}
