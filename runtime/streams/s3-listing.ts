// All objects of a bucket whose keys begin with a prefix, page by page to the last one.

import type { ListedObject, S3Session } from "../connections/s3-session.ts";
import { s3Uri } from "../connections/s3-uri.ts";
import { KnownError } from "../errors.ts";

/** Ten million objects: a listing that is longer takes an hour, and is a prefix that was forgotten. */
const maxPages = 10_000;

/** @throws KnownError for what S3 refuses, and for a listing that does not end. */
export async function* listS3Objects(
  session: S3Session,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
): AsyncGenerator<readonly ListedObject[], void> {
  let token: string | undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const { objects, next } = await session.listPage({ bucket, prefix, ...(token !== undefined && { token }) });
    yield objects;
    if (next === undefined) return;
    if (next === token) throw endless(bucket, prefix, session, "the same page comes again and again");
    token = next;
  }
  throw endless(bucket, prefix, session, `more than ${maxPages} pages`);
}

function endless(bucket: string, prefix: string, { place }: S3Session, found: string): KnownError {
  return new KnownError({
    what: "the listing of the bucket does not end",
    where: `${s3Uri(bucket, prefix)}, ${place}`,
    found,
    remedy: "Give a longer prefix",
    isRetryable: false,
  });
}
