// In a process of its own, from the built package: what counts is the memory of a task process, not that of the test runner.

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import type { S3Object } from "../../../runtime/streams/s3-object.ts";
import { createBucket, describeWithS3, s3Connection, type TestBucket } from "../../support/s3.ts";

const built = (path: string) => JSON.stringify(new URL(`../../../dist/runtime/${path}`, import.meta.url));

const script = `
import { connectS3 } from ${built("connections/s3.js")};
import { readS3Object } from ${built("streams/s3-object.js")};
import { peakMb } from ${JSON.stringify(new URL("../../support/peak-memory.mjs", import.meta.url))};

const { signal } = new AbortController();
const session = await connectS3(JSON.parse(process.env.CONNECTION), signal);
const download = readS3Object(session, JSON.parse(process.env.OBJECT), { signal });
for await (const chunk of download);
console.log(JSON.stringify({ ...download.digest(), peakMb: peakMb() }));
`;

/** What the garbage collector leaves for later, by far; a download that is held needs three times as much. */
const slackMb = 100;

describeWithS3("the download of an object of 300 MB, which came in parts", () => {
  it("needs the memory of a small process", async () => {
    const bucket = await createBucket();
    const small = await download(await putInParts(bucket, "small", [randomBytes(1_000)]));
    const part = randomBytes(100e6);
    const large = await download(await putInParts(bucket, "large", [part, part, part]));
    const hash = createHash("sha256");
    for (let count = 0; count < 3; count += 1) hash.update(part);
    expect([small.bytes, large.bytes]).toEqual([1_000, 300e6]);
    expect(large.sha256).toBe(hash.digest("hex"));
    expect(large.peakMb - small.peakMb).toBeLessThan(slackMb);
  }, 180_000);
});

async function download(object: S3Object): Promise<{ sha256: string; bytes: number; peakMb: number }> {
  const env = { ...process.env, CONNECTION: JSON.stringify(s3Connection()), OBJECT: JSON.stringify(object) };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { env });
  return JSON.parse(stdout) as { sha256: string; bytes: number; peakMb: number };
}

async function putInParts({ client, name }: TestBucket, key: string, parts: readonly Buffer[]): Promise<S3Object> {
  const place = { Bucket: name, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(place));
  const Parts: { ETag: string; PartNumber: number }[] = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
    Parts.push({ ETag: ETag!, PartNumber });
  }
  const complete = new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } });
  const { ETag } = await client.send(complete);
  const size = parts.reduce((total, { length }) => total + length, 0);
  return {
    bucket: name,
    key,
    etag: ETag!.replaceAll('"', ""),
    size,
    lastModified: "2026-01-01T00:00:00.000Z",
  };
}
