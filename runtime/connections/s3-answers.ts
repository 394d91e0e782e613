// What S3 answers, as the SDK gives it → what a session gives. An answer that lacks what S3 always says is none of S3's.

import type { Readable } from "node:stream";
import type { GetObjectCommandOutput, ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { noS3Answer } from "./s3-errors.ts";
import type { ChecksumAlgorithm, ListedObject, ListedPage, ObjectAnswer } from "./s3-session.ts";

export function pageOf(output: ListObjectsV2CommandOutput, where: string): ListedPage {
  const { $metadata, Contents = [], IsTruncated, NextContinuationToken: next, EncodingType } = output;
  if (IsTruncated === undefined) throw noS3Answer(where, `HTTP ${$metadata.httpStatusCode} without a listing`);
  if (IsTruncated && !next) throw noS3Answer(where, "a listing that goes on, but not where");
  const objects = Contents.map(({ Key, ETag, Size, LastModified, StorageClass, RestoreStatus }): ListedObject => {
    if (Key === undefined || ETag === undefined || Size === undefined || LastModified === undefined) {
      throw noS3Answer(where, "an object without key, ETag, size or time");
    }
    return {
      key: EncodingType === "url" ? decodeURIComponent(Key.replaceAll("+", " ")) : Key,
      etag: unquoted(ETag),
      size: Size,
      lastModified: LastModified,
      isArchived: /^(GLACIER|DEEP_ARCHIVE)$/.test(StorageClass ?? "") && RestoreStatus?.RestoreExpiryDate === undefined,
    };
  });
  return { objects, next: IsTruncated ? next : undefined };
}

export function answerOf(output: GetObjectCommandOutput, where: string): ObjectAnswer {
  const { Body, ETag, ContentLength, ContentRange } = output;
  if (Body === undefined) throw noS3Answer(where, "an answer without a body");
  const range = /^bytes (\d+)-/.exec(ContentRange ?? "");
  return {
    body: Body as Readable,
    etag: ETag === undefined ? undefined : unquoted(ETag),
    from: range ? Number(range[1]) : 0,
    length: ContentLength,
    checksums: checksumsOf(output),
  };
}

/** Of objects that came in parts S3 may have only a checksum of the parts' checksums: it ends in their number. */
function checksumsOf(output: GetObjectCommandOutput): ObjectAnswer["checksums"] {
  if (output.ChecksumType === "COMPOSITE") return {};
  const found: readonly (readonly [ChecksumAlgorithm, string | undefined])[] = [
    ["sha256", output.ChecksumSHA256],
    ["sha1", output.ChecksumSHA1],
    ["crc32", output.ChecksumCRC32],
    ["crc32c", output.ChecksumCRC32C],
    ["crc64nvme", output.ChecksumCRC64NVME],
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && !/-\d+$/.test(value)));
}

function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, "$1");
}
