// An archive in a bucket, restored by the operator in this process; and what is in the database then, held against the archive document by
// document.

import { gunzipSync } from "node:zlib";
import { BSON, type MongoClient } from "mongodb";
import { vi } from "vitest";
import type { Connection } from "../../runtime/connections/connection.ts";
import { Dag } from "../../runtime/dag/dag.ts";
import { type RestoreMongoOptions, restoreMongo } from "../../runtime/operators/restore-mongo.ts";
import type { RestoredArchive } from "../../runtime/operators/restore-mongo-archive.ts";
import type { S3Object } from "../../runtime/streams/s3-object.ts";
import { mongoConnection, type TestMongo } from "./mongo-server.ts";
import { inTask, type TaskRun } from "./running-task.ts";
import { createBucket, s3Connection, type TestBucket } from "./s3.ts";

export const archiveKey = "mongodb/dump.archive.gz";

export interface RestoreRun extends Omit<TaskRun, "connections"> {
  readonly archive: Buffer;
  readonly options?: Partial<Omit<RestoreMongoOptions, "object">>;
  /** Another way to the server. */
  readonly to?: Partial<Parameters<typeof mongoConnection>[1]>;
  /** What the earlier task says of the object, where it is not the truth. */
  readonly claims?: Partial<S3Object>;
  /** Default: one of its own. */
  readonly bucket?: TestBucket;
  readonly key?: string;
  /** Another way to S3. */
  readonly s3?: Connection;
}

export async function restoreInto(mongo: TestMongo, run: RestoreRun): Promise<RestoredArchive> {
  const { archive, options = {}, to = {}, claims = {}, key = archiveKey, s3 = s3Connection(), ...more } = run;
  const bucket = run.bucket ?? (await createBucket());
  const etag = await bucket.put(key, archive);
  const lastModified = new Date(0).toISOString();
  const object: S3Object = { bucket: bucket.name, key, etag, size: archive.length, lastModified, ...claims };
  const find = new Dag("any").task("find", () => object)();
  const operator = restoreMongo({ object: find, from: "test_s3", to: "test_mongo", ...options });
  const connections = [s3, mongoConnection(mongo, to)];
  return inTask({ connections, ...more }, () => operator.execute({ object }));
}

/** What the work prints, as one text. Fails as the work does. */
export async function logOf(work: () => Promise<unknown>): Promise<string> {
  const spies = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
  try {
    await work();
    return spies.flatMap(({ mock }) => mock.calls.map((call) => call.join(" "))).join("\n");
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Canonical Extended JSON of every document, with its types, in the order of their ids. */
export async function readDocuments(client: MongoClient, db: string, collection: string): Promise<string[]> {
  const found = await client.db(db).collection(collection).find({}, { raw: true }).toArray();
  return found.map((bytes) => canonical(bytes as unknown as Buffer)).sort();
}

/** Of one collection, in the archive. Blocks are told by their headers. */
export function documentsIn(archive: Buffer, db: string, collection: string): string[] {
  const data = gunzipSync(archive);
  const found: string[] = [];
  let block: "list" | "header" | "ours" | "others" = "list";
  for (let at = 4; at < data.length; ) {
    const size = data.readUInt32LE(at);
    if (size === 0xffffffff) {
      block = "header";
      at += 4;
      continue;
    }
    const bytes = data.subarray(at, at + size);
    at += size;
    if (block === "ours") found.push(canonical(bytes));
    if (block !== "header") continue;
    const header = BSON.deserialize(bytes);
    block = header["db"] === db && header["collection"] === collection ? "ours" : "others";
  }
  return found.sort();
}

function canonical(bytes: Buffer): string {
  const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
  return BSON.EJSON.stringify(BSON.deserialize(bytes, exact), { relaxed: false });
}
