// What a session with S3 can be asked, and what it answers: without the SDK's own types.

import type { Readable } from "node:stream";

/** What a listing says of an object. */
export interface ListedObject {
  readonly key: string;
  /** Without its quotes. */
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  /** It lies in an archive, and no copy of it has been fetched from there. */
  readonly isArchived: boolean;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; undefined for the last one. */
  readonly next: string | undefined;
}

/** One version of an object, as far as it is to be read. */
export interface ObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  /** The first byte to send. */
  readonly from: number;
}

export interface ObjectAnswer {
  /** Destroy it when it is not read to its end. */
  readonly body: Readable;
  readonly etag: string | undefined;
  /** The first byte of `body`, and how many bytes there are in `body`, as the server says it. */
  readonly from: number;
  readonly length: number | undefined;
  /** Of the whole object, in base64, by algorithm. */
  readonly checksums: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

export type ChecksumAlgorithm = "sha256" | "sha1" | "crc32" | "crc32c" | "crc64nvme";

export interface S3Session {
  /** Where it is, for messages: `connection backups, https://s3.example.com`. Without credentials. */
  readonly place: string;
  /** In the order of the keys, at most 1,000. @throws KnownError */
  listPage(query: { readonly bucket: string; readonly prefix: string; readonly token?: string }): Promise<ListedPage>;
  /** @throws KnownError, also when the object is not this version of it any more. */
  getObject(request: ObjectRequest, signal: AbortSignal): Promise<ObjectAnswer>;
  /** Resolves to whether the credentials may list buckets. @throws KnownError when they are not accepted. */
  mayListBuckets(): Promise<boolean>;
  close(): void;
}
