import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { BSON, type Document } from "mongodb";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../quickstart/sample-pagila-random.ts";
import { createArchiveReader } from "../../../runtime/streams/mongo-archive.ts";
import { openArchive } from "../../../runtime/streams/mongo-archive-gate.ts";
import { crc64 } from "../../support/crc64.mjs";
import {
  blocksOf,
  bson,
  findRealArchive,
  headerOf,
  type MadeCollection,
  makeArchive,
  preludeOf,
} from "../../support/mongo-archive.ts";
import { troubleOf } from "../../support/trouble.ts";
import { inRandomPieces, stream } from "./dump-files.ts";

const films: MadeCollection = { db: "shop", collection: "films", documents: numbered(250) };
const actors: MadeCollection = { db: "shop", collection: "actors", documents: numbered(3) };
const empty: MadeCollection = { db: "shop", collection: "empty", documents: [] };
const measured: MadeCollection = { db: "shop", collection: "heat", documents: numbered(7), type: "timeseries" };

describe("an archive", () => {
  it.each([1, 7, 1_000, 1_000_000])("is read whatever pieces it comes in (up to %i bytes)", async (largest) => {
    const archive = makeArchive([films, actors, empty, measured]);
    const checked = await openArchive(stream(inRandomPieces(archive, createRandom(largest), largest)), "dump.gz");
    expect(checked.prelude.namespaces.map(({ collection }) => collection)).toEqual([
      "films",
      "actors",
      "empty",
      "heat",
    ]);
    expect(checked.prelude).toMatchObject({ serverVersion: "5.0.0", toolVersion: "100.7.0" });
    const passed: Uint8Array[] = [];
    for await (const chunk of checked.chunks) passed.push(chunk);
    expect(Buffer.concat(passed).equals(archive)).toBe(true);
    expect(Object.fromEntries([...checked.reader.counts].map(([name, { documents }]) => [name, documents]))).toEqual({
      "shop.films": 250,
      "shop.actors": 3,
      "shop.empty": 0,
      "shop.heat": 7,
    });
  });

  const real = findRealArchive();
  it.skipIf(real === undefined)("of mongodump's own is read, and ours are like it", async () => {
    const bytes = readFileSync(real!);
    const checked = await openArchive(stream([bytes]), "docs.archive.gz");
    for await (const _ of checked.chunks);
    expect(checked.prelude.namespaces).toMatchObject([{ database: "a", collection: "docs", type: "collection" }]);
    expect(checked.reader.counts.get("a.docs")!.documents).toBe(5_000);

    const own = documentsOf(makeArchive([{ db: "a", collection: "docs", documents: numbered(300) }]));
    const theirs = documentsOf(bytes);
    for (const at of [0, 1]) expect(shapeOf(own.format[at]!)).toEqual(shapeOf(theirs.format[at]!));
    expect(shapeOf(own.format.at(-1)!)).toEqual(shapeOf(theirs.format.at(-1)!));
    const end = BSON.deserialize(theirs.format.at(-1)!, { promoteLongs: false });
    expect(BigInt.asUintN(64, (end["CRC"] as BSON.Long).toBigInt())).toBe(crc64(Buffer.concat(theirs.documents)));
  });
});

describe("refused", () => {
  const whole = makeArchive([films, actors]);
  const plain = gunzipSync(whole);
  const gzipped = (...parts: Buffer[]) => gzipSync(Buffer.concat(parts));
  const prelude = preludeOf([films]);
  const [magic, header, metadata, terminator] = prelude as [Buffer, Buffer, Buffer, Buffer];
  const rename = (document: Buffer, from: string, to: string) =>
    Buffer.from(document.toString("latin1").replace(from, to), "latin1");
  const endOf = (made: MadeCollection) => [headerOf(made, true), terminator];
  const bombDocument = bson({ a: new BSON.Binary(Buffer.alloc(15 * 1024 * 1024)) });

  it.each<[string, Buffer, RegExp]>([
    ["nothing at all", Buffer.alloc(0), /nothing: it is empty/],
    ["one byte", Buffer.from([0x1f]), /which begins with 1f/],
    ["an archive that is not compressed", plain, /an archive of mongodump without gzip/],
    ["a dump of PostgreSQL", Buffer.from("PGDMP\x01\x0e\x00"), /pg_dump's custom format/],
    ["an answer of S3's about an error", Buffer.from('<?xml version="1.0"?><Error/>'), /a web page or another XML/],
    ["a gzip of a dump of PostgreSQL", gzipSync("PGDMP\x01\x0e\x00"), /a gzip of a PostgreSQL dump in pg_dump's/],
    ["a gzip of a gzip", gzipSync(whole), /a gzip of a gzip/],
    [
      "a gzip of one collection's BSON",
      gzipSync(bson({ i: 1, s: "x".repeat(20) })),
      /a gzip of BSON, as mongodump writes it/,
    ],
    ["a gzip of text", gzipSync("hello world"), /a gzip of something unknown, which begins with 68 65 6c 6c 6f/],
    ["a gzip of nothing", gzipSync(""), /the end in the middle of it/],
    ["half a gzip", whole.subarray(0, whole.length / 2), /the end in the middle of the gzip/],
    ["a gzip without its last byte", whole.subarray(0, -1), /the end in the middle of the gzip/],
    ["a gzip with a byte that fell over", flipped(whole, whole.length >> 1), /a damaged gzip|at byte/],
    ["a gzip whose checksum is wrong", flipped(whole, whole.length - 6), /a damaged gzip \(incorrect data check/],
    ["what follows a gzip", Buffer.concat([whole, Buffer.from("more")]), /a damaged gzip/],
    ["a second archive behind it", Buffer.concat([whole, whole]), /a document of|no archive|at byte/],
    [
      "an archive cut between its blocks",
      gzipped(...prelude, ...blocksOf([films], 100).slice(0, 102)),
      /no end of shop\.films/,
    ],
    ["an archive cut in a document", gzipSync(plain.subarray(0, plain.length - 300)), /the end in the middle of it/],
    ["an archive cut in its list", gzipSync(plain.subarray(0, 120)), /the end in the middle of it/],
    [
      "another version of the format",
      gzipped(magic, rename(header, "0.1", "0.2"), metadata, terminator),
      /version "0\.2"/,
    ],
    [
      "data that the list does not name",
      gzipped(...prelude, ...blocksOf([actors], 100)),
      /data of "shop\.actors", which is not/,
    ],
    [
      "data after their end",
      gzipped(...prelude, ...endOf(films), ...endOf(films)),
      /data of shop\.films after its end/,
    ],
    ["documents behind an end", gzipped(...prelude, headerOf(films, true), bson({})), /documents after the end/],
    ["an end of a block without a block", gzipped(...prelude, terminator), /an end of a block that has not begun/],
    ["a collection listed twice", gzipped(magic, header, metadata, metadata, terminator), /listed twice/],
    [
      "a name in two spellings",
      gzipped(magic, header, bson({ db: "shop", collection: "a", Collection: "system.js" })),
      /ambiguous field "Collection"/,
    ],
    [
      "a name given twice",
      gzipped(
        magic,
        header,
        rename(bson({ db: "shop", collection: "a", collectiom: "b" }), "collectiom", "collection"),
      ),
      /ambiguous field "collection"/,
    ],
    [
      "a name that is a document",
      gzipped(magic, header, bson({ db: "shop", collection: { a: 1 } })),
      /field "collection" of type 3/,
    ],
    [
      "a name that is no UTF-8",
      gzipped(magic, header, rename(bson({ db: "shop", collection: "films" }), "films", "fi\xffms")),
      /not UTF-8/,
    ],
    [
      "a document that is shorter than it says",
      gzipped(magic, header, cutShort(bson({ db: "shop", collection: "films" }))),
      /shorter than it says|at byte/,
    ],
    ["a document of 4 bytes", gzipped(...prelude, Buffer.from([4, 0, 0, 0])), /a document of 4 bytes/],
    [
      "a document of 2 GB",
      gzipped(...prelude, headerOf(films, false), Buffer.from("ffffff7f", "hex")),
      /a document of 2,147,483,647 bytes/,
    ],
    [
      "a bomb",
      gzipSync(
        Buffer.concat([
          ...prelude,
          headerOf(films, false),
          ...Array<Buffer>(8).fill(bombDocument),
          terminator,
          ...endOf(films),
        ]),
        { level: 9 },
      ),
      /more than 1000 times its size/,
    ],
  ])("%s", async (_, bytes, found) => {
    for (const largest of [bytes.length + 1, 50]) {
      const trouble = await troubleOf(readAll(inRandomPieces(bytes, createRandom(1), largest)));
      expect(trouble.message).toMatch(found);
      expect(trouble.message).toContain("s3://bucket/dump.gz");
      expect(trouble.trouble.isRetryable).toBe(false);
    }
  });

  it("the end is withheld from the tool until the whole was found right", async () => {
    const broken = flipped(whole, whole.length - 6);
    const { chunks } = await openArchive(
      stream([broken.subarray(0, 400), broken.subarray(400, 450), broken.subarray(450)]),
      "dump.gz",
    );
    const passed: Uint8Array[] = [];
    await troubleOf(
      (async () => {
        for await (const chunk of chunks) passed.push(chunk);
      })(),
    );
    expect(Buffer.concat(passed).length).toBe(400);
  });
});

it("a reader keeps no more of an archive than a document of the format itself", () => {
  const reader = createArchiveReader("dump.gz");
  reader.write(Buffer.concat([...preludeOf([films]), headerOf(films, false)]));
  const piece = Buffer.alloc(64 * 1024, 1);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(16 * 1024 * 1024);
  const document = 16 * 1024 * 1024 - 4;
  reader.write(size);
  for (let sent = 0; sent < document; sent += piece.length)
    reader.write(piece.subarray(0, Math.min(piece.length, document - sent)));
  expect(reader.counts.get("shop.films")).toEqual({ documents: 1, bytes: 16 * 1024 * 1024 });
});

async function readAll(pieces: Iterable<Buffer>): Promise<void> {
  const { chunks } = await openArchive(stream(pieces), "s3://bucket/dump.gz");
  for await (const _ of chunks);
}

function numbered(count: number): Document[] {
  return Array.from({ length: count }, (_, i) => ({ _id: i, text: `${(i * 7_919) % 1_000}`.repeat(i % 40) }));
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}

/** One that says a text is longer than the document. */
function cutShort(document: Buffer): Buffer {
  const copy = Buffer.from(document);
  copy.writeInt32LE(1_000, copy.indexOf("shop") - 4);
  return copy;
}

/** The format's own documents, and those of the collections. */
function documentsOf(archive: Buffer): { format: Buffer[]; documents: Buffer[] } {
  const data = gunzipSync(archive);
  const [format, documents]: [Buffer[], Buffer[]] = [[], []];
  let isStart = true;
  let isPrelude = true;
  for (let at = 4; at < data.length; ) {
    const size = data.readUInt32LE(at);
    if (size === 0xffffffff) {
      isStart = true;
      isPrelude = false;
      at += 4;
      continue;
    }
    (isStart || isPrelude ? format : documents).push(data.subarray(at, at + size));
    isStart = false;
    at += size;
  }
  return { format, documents };
}

function shapeOf(document: Buffer): Record<string, string> {
  const fields = BSON.deserialize(document, { promoteValues: false });
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value?._bsontype ?? typeof value]));
}
