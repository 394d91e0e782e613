// Buckets of a test's own on a real S3 server: moto, or the one whose connection DAGWRIGHT_S3_URL holds (an Airflow connection of type `aws`,
// as URI or JSON, with endpoint and credentials that may make buckets).

import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, inject, it, onTestFinished } from "vitest";
import type { Connection } from "../../runtime/connections/connection.ts";
import { parseConnection } from "../../runtime/connections/parse-connection.ts";
import { readS3Options } from "../../runtime/connections/s3-options.ts";

// As the session does, here for the clients of tests.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** A suite that needs an S3 server: says in one line why it cannot run, and fails then under CI. */
export function describeWithS3(name: string, suite: () => void): void {
  const reason = inject("s3Problem");
  if (reason === "") {
    describe(name, suite);
  } else if (process.env["CI"]) {
    it(`${name} needs an S3 server`, () => {
      throw new Error(reason);
    });
  } else {
    it.skip(`${name} cannot run: ${reason}`, () => {});
  }
}

/** The server's, as Airflow would hold it. `url`: another way to it, a wire of a test. */
export function s3Connection(id = "test_s3", url?: string): Connection {
  const connection = parseConnection(id, inject("s3"));
  return url === undefined ? connection : { ...connection, extra: { ...connection.extra, endpoint_url: url } };
}

/** `http://127.0.0.1:5000` */
export function s3Url(): string {
  return readS3Options(s3Connection()).endpoint!;
}

/** moto looks at no credentials and has every storage class; others may not. */
export const isMoto = (process.env["DAGWRIGHT_S3_URL"] ?? "") === "";

export interface TestBucket {
  readonly name: string;
  readonly client: S3Client;
  put(key: string, body: string | Uint8Array, more?: Partial<PutObjectCommandInput>): Promise<string>;
}

/** Creates an empty bucket, removed when the test has finished. */
export async function createBucket(connection = s3Connection()): Promise<TestBucket> {
  const client = clientOf(connection);
  const name = `test-${randomBytes(6).toString("hex")}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  onTestFinished(async () => {
    await empty(client, name);
    await client.send(new DeleteBucketCommand({ Bucket: name }));
    client.destroy();
  });
  return {
    name,
    client,
    put: async (key, body, more = {}) => {
      const { ETag } = await client.send(
        new PutObjectCommand({ Bucket: name, Key: key, Body: body, ContentLength: Buffer.byteLength(body), ...more }),
      );
      return ETag!.replaceAll('"', "");
    },
  };
}

export function clientOf(connection: Connection): S3Client {
  const { credentials, region = "us-east-1", endpoint } = readS3Options(connection);
  return new S3Client({
    credentials: credentials!,
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

async function empty(client: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: "url" }));
    const keys = Contents.map(({ Key }) => decodeURIComponent(Key!.replaceAll("+", " ")));
    if (keys.length === 0) return;
    // XML has no way to say these.
    const odd = keys.filter((key) => /\p{Cc}/u.test(key));
    for (const Key of odd) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    const Objects = keys.filter((key) => !odd.includes(key)).map((Key) => ({ Key }));
    if (Objects.length === 0) continue;
    await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
  }
}
