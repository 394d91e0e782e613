// S3 and whatever speaks its protocol: the only importer of its SDK. Opens sessions from an Airflow connection of type `aws`, or with what
// the environment, the shared configuration or the instance's role gives. Every wait has an end.

import type { Readable } from "node:stream";
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  S3Client,
} from "@aws-sdk/client-s3";
import { getClient, getContext } from "../context.ts";
import { isKnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { checkProtocol, findEndpoint } from "./s3-endpoint.ts";
import { noS3Answer, toS3Error } from "./s3-errors.ts";
import { optionsOfEnvironment, readS3Options, type S3Options } from "./s3-options.ts";
import { s3Uri } from "./s3-uri.ts";

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

/** For the running task: with the connection that it declared, or without one. The caller closes it. */
export async function openS3(connectionId: string | undefined): Promise<S3Session> {
  const connection = connectionId === undefined ? undefined : await getClient().getConnectionOrThrow(connectionId);
  return connectS3(connection, getContext().signal);
}

/** Nothing is sent yet. @throws KnownError (not retryable) for a connection that cannot be used. */
export async function connectS3(connection: Connection | undefined, signal: AbortSignal): Promise<S3Session> {
  const options = connection ? readS3Options(connection) : optionsOfEnvironment;
  const endpoint = findEndpoint(options, connection?.id, process.env);
  const owner = connection ? `connection ${connection.id}` : "without a connection";
  const client = createClient(options, endpoint?.url, await findRegion(options));
  const place = `${owner}, ${endpoint ? new URL(endpoint.url).origin : `S3 in ${await client.config.region()}`}`;
  guardRequests(client, { source: place, allowHttp: options.allowHttp });
  return sessionOf(client, place, signal);
}

const connectTimeoutMs = 10_000;
/** Until an answer begins; and for a page of a listing until it ends. */
const answerTimeoutMs = 60_000;

function createClient(options: S3Options, endpoint: string | undefined, region: string): S3Client {
  // Its notice that some day newer versions will need a newer Node is nothing that a task's log is for.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { credentials, profile, addressing, authorities } = options;
  return new S3Client({
    region,
    ...(credentials && { credentials }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    // Other servers than AWS seldom have a DNS name for each bucket.
    forcePathStyle: addressing === undefined ? endpoint !== undefined : addressing === "path",
    followRegionRedirects: endpoint === undefined,
    requestChecksumCalculation: "WHEN_REQUIRED",
    // A download may be resumed: its checksum is held against all of it, in runtime/streams.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      ...(authorities !== undefined && { httpsAgent: { ca: authorities } }),
    },
  });
}

/** As boto3 under Airflow: also AWS_DEFAULT_REGION, which this SDK does not read; and S3 says itself where a bucket is. */
async function findRegion({ region, profile }: S3Options): Promise<string> {
  const given = region ?? (process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"]);
  if (given) return given;
  const probe = new S3Client(profile === undefined ? {} : { profile });
  return probe.config.region().catch(() => "us-east-1");
}

/** The SDK also takes endpoints from the shared configuration: what counts is where a request really goes. */
function guardRequests(client: S3Client, reached: { readonly source: string; readonly allowHttp: boolean }): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request as { protocol: string; hostname: string; headers: Record<string, string> };
      checkProtocol(request, reached);
      // As the command's own option it would have the SDK check, and only what is not resumed.
      if (context["commandName"] === "GetObjectCommand") request.headers["x-amz-checksum-mode"] = "ENABLED";
      return next(args);
    },
    { step: "build", name: "dagwrightGuard" },
  );
}

function sessionOf(client: S3Client, place: string, signal: AbortSignal): S3Session {
  const ask = async <T>(where: string, asked: AbortSignal, work: () => Promise<T>): Promise<T> => {
    asked.throwIfAborted();
    try {
      return await orAborted(work(), asked);
    } catch (error) {
      asked.throwIfAborted();
      throw toS3Error(error, where);
    }
  };
  return {
    place,
    listPage: ({ bucket, prefix, token }) =>
      ask(`${s3Uri(bucket, prefix)}, ${place}`, signal, () =>
        withLimit(signal, async (abortSignal) => {
          const command = new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ContinuationToken: token,
            // Keys may hold characters that XML cannot.
            EncodingType: "url",
            OptionalObjectAttributes: ["RestoreStatus"],
          });
          return pageOf(await client.send(command, { abortSignal }), `${s3Uri(bucket, prefix)}, ${place}`);
        }),
      ),
    getObject: ({ bucket, key, etag, from }, asked) =>
      ask(`${s3Uri(bucket, key)}, ${place}`, asked, async () => {
        const range = from === 0 ? {} : { Range: `bytes=${from}-` };
        const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"`, ...range });
        return answerOf(await client.send(command, { abortSignal: asked }), `${s3Uri(bucket, key)}, ${place}`);
      }),
    mayListBuckets: () =>
      ask(place, signal, () =>
        withLimit(signal, async (abortSignal) => {
          try {
            const { $metadata, Buckets, Owner } = await client.send(new ListBucketsCommand({}), { abortSignal });
            if (Buckets || Owner) return true;
            throw noS3Answer(place, `HTTP ${$metadata.httpStatusCode} without buckets and owner`);
          } catch (error) {
            // S3 says so only to whom it knows.
            if ((error as Error).name === "AccessDenied") return false;
            throw error;
          }
        }),
      ),
    close: () => client.destroy(),
  };
}

/** The SDK waits between its tries, whoever is gone by then. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The SDK's own limit ends where an answer begins. */
async function withLimit<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const onAbort = () => limit.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // The SDK tries three times.
  const timer = setTimeout(() => limit.abort(), 3 * answerTimeoutMs);
  try {
    return await work(limit.signal);
  } catch (error) {
    if (!limit.signal.aborted || signal.aborted || isKnownError(error)) throw error;
    throw Object.assign(new Error(`no whole answer within ${(3 * answerTimeoutMs) / 1000} s`), { code: "ETIMEDOUT" });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

function pageOf(output: ListObjectsV2CommandOutput, where: string): ListedPage {
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

function answerOf(output: GetObjectCommandOutput, where: string): ObjectAnswer {
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
