// How a restore ends in the middle: cancelled, cut off, killed. And what others can see of it while it runs.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it, onTestFinished, vi } from "vitest";
import { createFolder } from "../../support/built-project.ts";
import { type MadeCollection, makeArchive } from "../../support/mongo-archive.ts";
import { createMongoDatabase, describeWithMongo, mongoConnection } from "../../support/mongo-server.ts";
import { pathWithMongorestore, useMongorestore } from "../../support/mongorestore.ts";
import { commandOf, groupOf, isAlive, waitUntil } from "../../support/processes.ts";
import { restoreInChild } from "../../support/restore-mongo-child.ts";
import { archiveKey, documentsIn, logOf, readDocuments, restoreInto } from "../../support/restored-archive.ts";
import { createBucket, describeWithS3, s3Connection, s3Url } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startWire } from "../../support/wire.ts";

describeWithS3("restoreMongo", () => {
  describeWithMongo("in the middle", (mongo) => {
    it("shows no password to others; cancelled, leaves no process and no file", async () => {
      useMongorestore();
      const left = watchTemporaryFiles();
      const { name, db } = createMongoDatabase(mongo());
      const { password } = mongo();
      const controller = new AbortController();
      const seen: { command: string[]; environment: string; config: string; pid: number }[] = [];
      const wire = await startWire(mongo(), () => ({
        onRequest: (data) => {
          if (!data.includes("insert\0")) return "pass";
          const pid = toolAt(wire.port);
          const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean);
          const config = command.find((each) => each.startsWith("--config="))!.slice("--config=".length);
          seen.push({ command, environment: readFileSync(`/proc/${pid}/environ`, "utf8"), config, pid });
          controller.abort(new Error("cancelled by the test"));
          return "hold";
        },
      }));
      const archive = makeArchive([random(name, "films", 5_000)]);
      const to = { host: "127.0.0.1", port: wire.port };
      const log = await logOf(() =>
        expect(restoreInto(mongo(), { archive, to, context: { signal: controller.signal } })).rejects.toThrow(
          "cancelled by",
        ),
      );
      const { command, environment, config, pid } = seen[0]!;
      const limits = "connectTimeoutMS=10000&serverSelectionTimeoutMS=10000";
      expect(command.slice(command.indexOf("--drop"))).toEqual([
        "--drop",
        "--archive",
        "--gzip",
        `--uri=mongodb://127.0.0.1:${wire.port}/?${limits}`,
        `--username=${mongo().user}`,
        "--authenticationDatabase=admin",
        `--config=${config}`,
      ]);
      expect([...command, environment, log].filter((text) => text.includes(password))).toEqual([]);
      expect(environment).not.toMatch(/AIRFLOW_|AWS_/);
      expect(groupOf(pid)).toEqual([]);
      expect(existsSync(config)).toBe(false);
      expect(left()).toEqual([]);
      expect(await db.collection("films").countDocuments()).toBe(0);
    });

    it("a connection to MongoDB that is cut half-way is an error that may pass; the next try restores all", async () => {
      useMongorestore();
      const left = watchTemporaryFiles();
      const { name } = createMongoDatabase(mongo());
      let inserts = 0;
      const wire = await startWire(mongo(), () => ({
        onRequest: (data) => {
          if (data.includes("insert\0")) inserts += 1;
          return inserts < 2 ? "pass" : "cut";
        },
      }));
      const archive = makeArchive([random(name, "films", 5_000)]);
      const extra = { authSource: "admin", serverSelectionTimeoutMS: 500 };
      const { trouble } = await troubleOf(
        restoreInto(mongo(), { archive, to: { host: "127.0.0.1", port: wire.port, extra } }),
      );
      expect(trouble.where).toMatch(/^mongorestore, /);
      expect(trouble.isRetryable).not.toBe(false);
      expect(left()).toEqual([]);
      await restoreInto(mongo(), { archive });
      expect(await readDocuments(mongo().client, name, "films")).toEqual(documentsIn(archive, name, "films"));
    });

    it("an object that is replaced while it is restored fails the task, and the next one is restored whole", async () => {
      useMongorestore();
      const { name } = createMongoDatabase(mongo());
      const bucket = await createBucket();
      const archive = makeArchive([random(name, "films", 20_000)]);
      const newer = makeArchive([random(name, "films", 7)]);
      const { hostname, port } = new URL(s3Url());
      let [sent, isReplaced] = [0, false];
      const wire = await startWire({ host: hostname, port: Number(port) }, () => ({
        onAnswer: async (data) => {
          sent += data.length;
          if (isReplaced || sent < archive.length / 2) return "pass";
          isReplaced = true;
          await bucket.put(archiveKey, newer);
          return "cut";
        },
      }));
      const s3 = s3Connection("test_s3", `http://127.0.0.1:${wire.port}`);
      const { trouble } = await troubleOf(restoreInto(mongo(), { archive, bucket, s3 }));
      expect(isReplaced).toBe(true);
      expect(trouble).toMatchObject({ what: "the object was replaced since it was found", isRetryable: false });
      await restoreInto(mongo(), { archive: newer, bucket });
      expect(await readDocuments(mongo().client, name, "films")).toEqual(documentsIn(newer, name, "films"));
    });

    it("a process that is killed half-way leaves a tool that ends by itself, and the next try restores all", async () => {
      const { name, db, connection } = createMongoDatabase(mongo());
      const path = pathWithMongorestore();
      const left = watchTemporaryFiles();
      const archive = makeArchive([random(name, "films", 20_000)], 1_000);
      const bucket = await createBucket();
      const etag = await bucket.put("dump.gz", archive);
      const object = {
        bucket: bucket.name,
        key: "dump.gz",
        etag,
        size: archive.length,
        lastModified: new Date(0).toISOString(),
      };

      let sent = 0;
      const { hostname, port } = new URL(s3Url());
      const s3Wire = await startWire({ host: hostname, port: Number(port) }, () => ({
        onAnswer: (data) => {
          sent += data.length;
          return sent < archive.length / 2 ? "pass" : "hold";
        },
      }));
      const mongoWire = await startWire(mongo(), () => ({}));
      const throughWires = [
        s3Connection("test_s3", `http://127.0.0.1:${s3Wire.port}`),
        { ...connection, host: "127.0.0.1", port: mongoWire.port, schema: null },
      ];
      const child = restoreInChild({ connections: throughWires, object }, path);
      while ((await db.collection("films").countDocuments()) === 0);
      const pid = toolAt(mongoWire.port);
      child.kill("SIGKILL");
      await once(child, "exit");
      await waitUntil(() => !isAlive(pid), 30_000);
      expect(groupOf(pid)).toEqual([]);
      const half = await db.collection("films").countDocuments();
      expect(half).toBeGreaterThan(0);
      expect(half).toBeLessThan(20_000);
      expect(left()).toEqual([]);

      const again = restoreInChild({ connections: [s3Connection(), mongoConnection(mongo())], object }, path);
      expect(await once(again, "exit")).toEqual([0, null]);
      expect(await readDocuments(mongo().client, name, "films")).toEqual(documentsIn(archive, name, "films"));
    });
  });
});

/** The process that restores through this port. */
function toolAt(port: number): number {
  const found = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && commandOf(Number(name)).includes(`:${port}/?`),
  );
  const [pid] = found.map(Number).filter((each) => commandOf(each).includes("--drop --archive --gzip"));
  if (pid === undefined) throw new Error("no mongorestore runs");
  return pid;
}

/** A folder for temporary files that only this test uses. Returns what says whether something was left in it. */
function watchTemporaryFiles(): () => string[] {
  const folder = createFolder();
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return () => readdirSync(folder);
}

/** Does not become smaller when it is compressed: the archive comes in many pieces. */
function random(db: string, collection: string, count: number): MadeCollection {
  const text = (i: number) => createHash("sha512").update(`${i}`).digest("hex");
  return { db, collection, documents: Array.from({ length: count }, (_, i) => ({ _id: i, text: text(i) })) };
}
