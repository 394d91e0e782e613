// Archives as mongodump writes them, made for tests: any collections, and every way in which one can be wrong. Held against the tool's own in
// mongo-archive.test.ts.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BSON, type Document } from "mongodb";
import { crc64 } from "./crc64.mjs";

export interface MadeCollection {
  readonly db: string;
  readonly collection: string;
  readonly documents: readonly Document[];
  readonly indexes?: readonly Document[];
  readonly options?: Document;
  readonly type?: string;
  /** A wrong one. */
  readonly crc?: bigint;
}

const magic = Buffer.from("6de29981", "hex");
const terminator = Buffer.from("ffffffff", "hex");
const serverVersion = "5.0.0";

/** A real one: `DAGWRIGHT_MONGO_ARCHIVE`, or beside the repository; undefined where there is none. */
export function findRealArchive(): string | undefined {
  const file =
    process.env["DAGWRIGHT_MONGO_ARCHIVE"] ?? join(import.meta.dirname, "../../../shared/data/mongo/docs.archive.gz");
  return existsSync(file) ? file : undefined;
}

export function makeArchive(collections: readonly MadeCollection[], blockDocuments = 100): Buffer {
  return gzipSync(Buffer.concat([...preludeOf(collections), ...blocksOf(collections, blockDocuments)]));
}

/** The list at the start, as parts. */
export function preludeOf(collections: readonly MadeCollection[]): Buffer[] {
  const header = {
    concurrent_collections: new BSON.Int32(4),
    version: "0.1",
    server_version: serverVersion,
    tool_version: "100.7.0",
  };
  return [magic, bson(header), ...collections.map((each) => bson(metadataOf(each))), terminator];
}

/** The collections take turns, as with `--numParallelCollections`. */
export function blocksOf(collections: readonly MadeCollection[], blockDocuments: number): Buffer[] {
  const parts: Buffer[] = [];
  const rounds = Math.max(...collections.map(({ documents }) => Math.ceil(documents.length / blockDocuments)), 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const each of collections) {
      const documents = each.documents.slice(round * blockDocuments, (round + 1) * blockDocuments);
      if (documents.length > 0) parts.push(headerOf(each, false), ...documents.map(bson), terminator);
    }
  }
  return [...parts, ...collections.flatMap((each) => [headerOf(each, true), terminator])];
}

export function headerOf({ db, collection, type, documents, crc }: MadeCollection, isEnd: boolean): Buffer {
  const dataCollection = type === "timeseries" ? `system.buckets.${collection}` : collection;
  const sum = () => crc ?? BigInt.asIntN(64, crc64(Buffer.concat(documents.map(bson))));
  const CRC = BSON.Long.fromBigInt(isEnd ? sum() : 0n);
  return bson({ db, collection: dataCollection, EOF: isEnd, CRC });
}

function metadataOf({ db, collection, indexes = [], options = {}, type = "collection" }: MadeCollection): Document {
  const idIndex = { v: new BSON.Int32(2), key: { _id: new BSON.Int32(1) }, name: "_id_" };
  const metadata = { options, indexes: [idIndex, ...indexes], collectionName: collection, type };
  return {
    db,
    collection,
    metadata: BSON.EJSON.stringify(metadata, { relaxed: false }),
    size: new BSON.Int32(0),
    type,
  };
}

export function bson(document: Document): Buffer {
  return Buffer.from(BSON.serialize(document));
}
