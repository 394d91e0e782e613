// What S3, its SDK and the network say → one sentence with a remedy, and whether another try may help.

import { isKnownError, KnownError } from "../errors.ts";
import { driverTrouble } from "./s3-driver-errors.ts";
import { isServiceError, serviceTrouble } from "./s3-service-errors.ts";
import { visible } from "./s3-uri.ts";

/** A KnownError for everything that the environment can do to us; what is none of that (a defect) comes back as it is. */
export function toS3Error(error: unknown, where: string): Error {
  if (isKnownError(error)) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const trouble = isServiceError(error) ? serviceTrouble(error) : driverTrouble(error);
  if (trouble === undefined) return error;
  // A server's words may hold a key's.
  const found = trouble.found === undefined ? {} : { found: visible(trouble.found) };
  return new KnownError({ ...trouble, ...found, where }, { cause: error });
}

/** For an answer that is none of S3's: a page of some other server. */
export function noS3Answer(where: string, found: string): KnownError {
  return new KnownError({
    what: "what listens there does not answer like S3",
    where,
    found,
    remedy: "Correct the endpoint",
    isRetryable: false,
  });
}
