// What an operator that reads an object gets from another task: XComs may come from any handler, so their shape is looked at once, here.

import { isJsonObject } from "../connections/connection-parts.ts";
import { KnownError } from "../errors.ts";
import type { S3Object } from "./s3-object.ts";

/** @param value an XCom. @throws KnownError (not retryable) when it is no object as `s3LatestObject` returns it. */
export function checkS3Object(value: unknown): S3Object {
  if (value === null || value === undefined) throw refuse("it left no XCom");
  if (typeof value !== "object" || !isJsonObject(value))
    throw refuse(`its XCom is a ${Array.isArray(value) ? "list" : typeof value}`);
  const { bucket, key, etag, size, lastModified } = value;
  for (const [name, text] of Object.entries({ bucket, key, etag, lastModified })) {
    if (typeof text !== "string" || text === "") throw refuse(`${name} is ${JSON.stringify(text) ?? "missing"}`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw refuse(`size is ${JSON.stringify(size) ?? "missing"}`);
  }
  return { bucket, key, etag, size, lastModified } as S3Object;
}

function refuse(found: string): KnownError {
  return new KnownError({
    what: "the task that should have found an object of S3 gave none",
    found,
    remedy: "Give s3LatestObject's task, or one that returns { bucket, key, etag, size, lastModified }",
    isRetryable: false,
  });
}
