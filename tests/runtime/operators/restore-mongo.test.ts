import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BSON } from "mongodb";
import { expect, it, onTestFinished, vi } from "vitest";
import { Dag } from "../../../runtime/dag/dag.ts";
import { variable } from "../../../runtime/dag/variable.ts";
import { findProgram } from "../../../runtime/executor/find-program.ts";
import { restoreMongo } from "../../../runtime/operators/restore-mongo.ts";
import { createFolder } from "../../support/built-project.ts";
import { findRealArchive, type MadeCollection, makeArchive } from "../../support/mongo-archive.ts";
import { createMongoDatabase, describeWithMongo, type TestMongo } from "../../support/mongo-server.ts";
import { useMongorestore } from "../../support/mongorestore.ts";
import { archiveKey, documentsIn, logOf, readDocuments, restoreInto } from "../../support/restored-archive.ts";
import { createBucket, describeWithS3 } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";

const { Long, Decimal128, Binary, Double, Int32 } = BSON;

describeWithS3("restoreMongo", () => {
  describeWithMongo("with a server", (mongo) => {
    const real = findRealArchive();
    it.skipIf(real === undefined)(
      "restores an archive of mongodump's own, document by document, with its indexes",
      async () => {
        useMongorestore();
        const archive = readFileSync(real!);
        const { client } = mongo();
        onTestFinished(async () => void (await client.db("a").dropDatabase()));
        const restored = await restoreInto(mongo(), { archive });
        expect(await readDocuments(client, "a", "docs")).toEqual(documentsIn(archive, "a", "docs"));
        expect(await indexesOf(mongo(), "a", "docs")).toEqual([
          { name: "_id_", key: { _id: 1 }, unique: false },
          { name: "i_1", key: { i: 1 }, unique: true },
        ]);
        expect(restored).toMatchObject({
          key: "mongodb/dump.archive.gz",
          bytes: archive.length,
          sha256: createHash("sha256").update(archive).digest("hex"),
          namespaces: { "a.docs": 5_000 },
        });
      },
    );

    it("restores collections that take turns, with every type; drops what was in them and nothing else", async () => {
      useMongorestore();
      const { name, db } = createMongoDatabase(mongo());
      await db.collection("films").insertMany([{ old: 1 }, { old: 2 }]);
      await db.collection("kept").insertOne({ old: 3 });
      const collections = [typed(name, "films", 2_345), typed(name, "actors", 7), { ...typed(name, "none", 0) }];
      const archive = makeArchive(collections);
      const progress: { table: string; rows: number | null }[] = [];
      const restored = await restoreInto(mongo(), { archive, progress: progress as never });
      for (const { collection } of collections) {
        expect(await readDocuments(mongo().client, name, collection)).toEqual(documentsIn(archive, name, collection));
      }
      expect(await db.collection("kept").countDocuments()).toBe(1);
      expect(restored.namespaces).toEqual({ [`${name}.films`]: 2_345, [`${name}.actors`]: 7, [`${name}.none`]: 0 });
      expect(restored.seconds).toBeGreaterThan(0);
      expect(progress.at(-3)).toMatchObject({ table: `${name}.films`, rows: 2_345 });
    });

    it("refuses users, roles, settings and code, names them all, and drops nothing", async () => {
      useMongorestore();
      const { name, db } = createMongoDatabase(mongo());
      await db.collection("films").insertOne({ old: 1 });
      const view: MadeCollection = {
        ...typed(name, "view", 0),
        type: "view",
        options: {
          viewOn: "films",
          pipeline: [{ $project: { x: { $function: { body: "function() {}", args: [], lang: "js" } } } }],
        },
      };
      const bad = [
        typed("admin", "system.users", 1),
        typed("config", "settings", 1),
        typed(name, "system.js", 1),
        typed(name, "$admin.system.roles", 1),
        { ...typed("", "oplog", 1) },
        view,
      ];
      const archive = makeArchive([typed(name, "films", 3), ...bad]);
      const log = await logOf(async () => {
        const { trouble } = await troubleOf(restoreInto(mongo(), { archive }));
        expect(trouble).toMatchObject({
          what: "the archive holds what is not to be restored, so nothing was",
          isRetryable: false,
        });
        for (const each of bad) expect(trouble.found).toContain(`${each.db}.${each.collection} (`);
        expect(trouble.found).not.toContain("films");
        expect(trouble.remedy).toMatch(/exclude.*allow/);
      });
      expect(log).not.toMatch(/^mongorestore \d/m);
      expect(await db.collection("films").countDocuments()).toBe(1);
    });

    it("restores them where `allow` names them, and leaves out what `exclude` names, aloud", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const archive = makeArchive([
        typed(name, "films", 3),
        typed(name, "sessions", 4),
        typed("admin", "system.version", 1),
        { ...typed("", "oplog", 2) },
      ]);
      const options = { exclude: ["admin.*", `${name}.sessions`, ".oplog"] };
      let namespaces: object | undefined;
      const log = await logOf(async () => {
        namespaces = (await restoreInto(mongo(), { archive, options })).namespaces;
      });
      expect(namespaces).toEqual({ [`${name}.films`]: 3 });
      expect(log).toContain(`left out, as exclude says: ${name}.sessions, admin.system.version, .oplog`);
      expect(await readDocuments(mongo().client, name, "sessions")).toEqual([]);

      const heat = makeArchive([{ ...typed(name, "profile", 2), collection: "system.profile2" }]);
      const allow = [`${name}.system.profile2`];
      const refused = await troubleOf(restoreInto(mongo(), { archive: heat }));
      expect(refused.trouble.found).toBe(`${name}.system.profile2 (the server's own)`);
      // Not every server takes the name; here it is not refused any more.
      const log2 = await logOf(() => restoreInto(mongo(), { archive: heat, options: { allow } }).catch(() => {}));
      expect(log2).toMatch(/to connection test_mongo/);
      const films = { archive: makeArchive([typed(name, "films", 2)]), options: { allow: [`${name}.films`] } };
      const elsewhere = await restoreInto(mongo(), { ...films, to: { schema: "other" } });
      expect(elsewhere.namespaces).toEqual({ [`${name}.films`]: 2 });
    });

    it("no name in an archive, nor its key, begins a line of the log or moves a cursor", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const forged = "\nPASSED\u001b[2J\u009b2J\u2028";
      // moto knows no key with a line break.
      const key = "mongodb/dump\u001b[2J\u009b2J.gz";
      const archive = makeArchive([typed(name, "films", 1), typed("admin", `users${forged}`, 1)]);
      const log = await logOf(async () => {
        const { trouble, message } = await troubleOf(restoreInto(mongo(), { archive, key }));
        expect(trouble.found).toContain("admin.users\\u000aPASSED\\u001b[2J\\u009b2J\\u2028 (");
        expect(message).not.toMatch(/[\p{Cc}\u2028]/u);
        await restoreInto(mongo(), { archive, key, options: { exclude: ["admin.*"] } });
      });
      expect(log).toContain("left out, as exclude says: admin.users\\u000aPASSED");
      expect(log.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028]/u);
      expect(log).not.toMatch(/^PASSED/m);
    });

    it("of many that are refused or left out, the message names some; the log has all that are refused", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const many = Array.from({ length: 2_000 }, (_, i) => typed("admin", `c${i}`, 0));
      const archive = makeArchive([typed(name, "films", 1), ...many]);
      const refused = await logOf(async () => {
        const { trouble } = await troubleOf(restoreInto(mongo(), { archive }));
        expect(trouble.found).toMatch(/^admin\.c0 \(.*; admin\.c9 \([^;]*; and 1,990 more$/);
      });
      expect(refused).toContain("admin.c1999 (");
      const options = { exclude: ["admin.*"] };
      const log = await logOf(() => restoreInto(mongo(), { archive, options }));
      expect(log).toMatch(/^left out, as exclude says: admin\.c0, .*, admin\.c9, and 1,990 more$/m);
    });

    it("refuses another database than the one that the connection names", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const archive = makeArchive([typed(name, "films", 1)]);
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive, to: { schema: "other" } }));
      expect(trouble.found).toBe(`${name}.films (of another database than other)`);
      expect((await restoreInto(mongo(), { archive, to: { schema: name } })).namespaces).toEqual({
        [`${name}.films`]: 1,
      });
    });

    it.each<[string, (archive: Buffer) => Buffer, RegExp]>([
      ["is cut off", (archive) => archive.subarray(0, -20_000), /the end in the middle of the gzip/],
      ["has a byte that fell over", (archive) => flipped(archive, archive.length - 50_000), /damaged gzip|at byte/],
      ["is not compressed", () => Buffer.from("6de29981", "hex"), /an archive of mongodump without gzip/],
      ["is of PostgreSQL", () => Buffer.from("PGDMP\x01\x0f"), /pg_dump's custom format/],
    ])("an archive that %s is refused, and a retry with a good one restores all", async (_, change, found) => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const archive = makeArchive([random(name, "films", 3_000)]);
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive: change(archive) }));
      expect(trouble.found).toMatch(found);
      expect(trouble.isRetryable).toBe(false);
      await restoreInto(mongo(), { archive });
      expect(await readDocuments(mongo().client, name, "films")).toEqual(documentsIn(archive, name, "films"));
    });

    it("a checksum that is wrong is found by the tool", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const wrong: MadeCollection = { ...typed(name, "films", 3), crc: 1n };
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive: makeArchive([wrong]) }));
      expect(trouble).toMatchObject({ what: "mongorestore cannot read the archive", isRetryable: false });
      expect(trouble.found).toMatch(/CRC mismatch/);
    });

    it("documents that the server refuses fail the task, and no value of theirs is shown", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const twice = {
        db: name,
        collection: "films",
        documents: [{ _id: "canary-1" }, { _id: "canary-1" }, { _id: "canary-2" }],
      };
      const log = await logOf(async () => {
        const { trouble, message } = await troubleOf(restoreInto(mongo(), { archive: makeArchive([twice]) }));
        expect(trouble).toMatchObject({ what: "1 document of 3 were not restored", isRetryable: false });
        expect(message).toMatch(/E11000/);
        expect(message).not.toContain("canary");
      });
      expect(log).toMatch(/warning: continuing through error: E11000/);
      expect(log).not.toContain("canary");
    });

    it("a unique index that the documents break fails the task", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const films = {
        db: name,
        collection: "films",
        documents: [
          { _id: 1, a: 1 },
          { _id: 2, a: 1 },
        ],
      };
      const indexes = [{ v: new Int32(2), key: { a: new Int32(1) }, name: "a_1", unique: true }];
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive: makeArchive([{ ...films, indexes }]) }));
      expect(trouble).toMatchObject({ what: "an index cannot be made", isRetryable: false });
    });

    it("a login that is refused is not tried again", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const archive = makeArchive([typed(name, "films", 1)]);
      const log = await logOf(async () => {
        const { trouble, message } = await troubleOf(
          restoreInto(mongo(), { archive, to: { password: "canary-wrong" } }),
        );
        expect(trouble).toMatchObject({ what: "MongoDB refuses the login", isRetryable: false });
        expect(trouble.where).toMatch(/^mongorestore, connection test_mongo, /);
        expect(message).not.toContain("canary");
      });
      expect(log).not.toContain("canary");
    });

    it("a server that is not there may come back", async () => {
      useMongorestore();
      const archive = makeArchive([typed("any", "films", 1)]);
      const to = { port: 1, extra: { authSource: "admin", serverSelectionTimeoutMS: 300 } };
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive, to }));
      expect(trouble.what).toBe("nothing listens there");
      expect(trouble.isRetryable).not.toBe(false);
    });

    it("an object that was replaced since it was found is not restored", async () => {
      useMongorestore();
      const { name, db } = createMongoDatabase(mongo());
      await db.collection("films").insertOne({ old: 1 });
      const bucket = await createBucket();
      const found = makeArchive([typed(name, "films", 1)]);
      const claims = { etag: await bucket.put(archiveKey, found), size: found.length };
      const archive = makeArchive([typed(name, "films", 2)]);
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive, bucket, claims }));
      expect(trouble).toMatchObject({ what: "the object was replaced since it was found", isRetryable: false });
      expect(await db.collection("films").find({ old: 1 }).toArray()).toHaveLength(1);
    });

    it("goes where a target's variables say, with any password", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const { host, port, user, password } = mongo();
      const target = {
        host: variable("HOST"),
        port: variable("PORT"),
        user: variable("USER"),
        password: variable("PASS"),
      };
      const variables = { HOST: host, PORT: String(port), USER: user, PASS: password };
      const archive = makeArchive([typed(name, "films", 2)]);
      const restored = await restoreInto(mongo(), { archive, variables, options: { to: target } });
      expect(restored.namespaces).toEqual({ [`${name}.films`]: 2 });
    });

    it.skipIf(findProgram("mongorestore", process.env["PATH"]) !== undefined)(
      "tells which tool is missing or too old, and how to get it",
      async () => {
        const archive = makeArchive([typed("any", "films", 1)]);
        const folder = createFolder();
        vi.stubEnv("PATH", [folder, process.env["PATH"]!].join(delimiter));
        onTestFinished(() => void vi.unstubAllEnvs());
        const missing = await troubleOf(restoreInto(mongo(), { archive }));
        expect(missing.message).toMatch(
          /mongorestore 100\.3\.0 or newer is not on this machine.*Install the MongoDB Database Tools/,
        );
        expect(missing.trouble.isRetryable).toBe(false);
        writeFileSync(join(folder, "mongorestore"), '#!/bin/sh\necho "mongorestore version: r4.2.1"\n');
        chmodSync(join(folder, "mongorestore"), 0o755);
        const old = await troubleOf(restoreInto(mongo(), { archive }));
        expect(old.message).toMatch(/is 4\.2\.1.*Install/);
      },
    );
  });
});

it.each<[string, object, RegExp]>([
  ["a pattern of everything", { allow: ["*"] }, /restoreMongo: allow names "\*"\. Write "database\.collection"/],
  ["a name without its database", { exclude: ["films"] }, /restoreMongo: exclude names "films"/],
  [
    "a password in the DAG file",
    { to: { host: "h", user: "u", password: "canary" } },
    /to\.password is not a variable/,
  ],
])("%s is a mistake", (_, options, message) => {
  const object = new Dag("any").task("find", () => ({}) as never)();
  const define = () => restoreMongo({ object, to: "m", ...options });
  expect(define).toThrow(message);
  expect(define).not.toThrow("canary");
});

it("an earlier task that left no object is named", async () => {
  const object = new Dag("any").task("find", () => null as never)();
  const { message } = await troubleOf(restoreMongo({ object, to: "m" }).execute({ object: null }));
  expect(message).toMatch(/^the task that should have found an object of S3 gave none: it left no XCom/);
});

async function indexesOf({ client }: TestMongo, db: string, collection: string) {
  const indexes = await client.db(db).collection(collection).indexes();
  return indexes.map(({ name, key, unique = false }) => ({ name, key: { ...key }, unique }));
}

function typed(db: string, collection: string, count: number): MadeCollection {
  const documents = Array.from({ length: count }, (_, i) => ({
    _id: i,
    s: "x".repeat(i % 50),
    d: new Date(1e12 + i),
    n: null,
    dec: Decimal128.fromString(`${i}.25`),
    l: Long.fromString("9007199254740993"),
    b: new Binary(Buffer.from([i & 255, 1, 2])),
    one: new Double(1),
    arr: [i, { k: [i] }],
    f: i / 3,
  }));
  return { db, collection, documents };
}

/** Does not become smaller when it is compressed: the archive comes in many pieces. */
function random(db: string, collection: string, count: number): MadeCollection {
  const text = (i: number) => createHash("sha512").update(`${i}`).digest("hex").repeat(1);
  return { db, collection, documents: Array.from({ length: count }, (_, i) => ({ _id: i, text: text(i) })) };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}
