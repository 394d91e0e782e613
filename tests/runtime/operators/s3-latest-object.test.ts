import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { variable } from "../../../runtime/dag/variable.ts";
import { type S3LatestObjectOptions, s3LatestObject } from "../../../runtime/operators/s3-latest-object.ts";
import type { S3Object } from "../../../runtime/streams/s3-object.ts";
import { inTask } from "../../support/running-task.ts";
import { createBucket, describeWithS3, isMoto, s3Connection, type TestBucket } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";

describeWithS3("s3LatestObject", () => {
  it("finds the newest of 2,500 objects on three pages; of many with one time the greatest key", async () => {
    const bucket = await createBucket();
    const keys = Array.from({ length: 2_500 }, (_, index) => `backups/${String((index * 7) % 2_500).padStart(4, "0")}`);
    await inParallel(keys, (key) => bucket.put(key, key));
    const again = ["backups/1111", "backups/2222", "backups/0000", "backups/1999"];
    await putAtOneTime(bucket, again);

    const listed = await listAll(bucket);
    const newest = Math.max(...listed.map(({ LastModified }) => LastModified.getTime()));
    const ties = listed.filter(({ LastModified }) => LastModified.getTime() === newest).map(({ Key }) => Key);
    expect(listed).toHaveLength(2_500);
    if (isMoto) expect(ties.length).toBeGreaterThanOrEqual(again.length);
    const found = await latest({ bucket: bucket.name, prefix: "backups/" });
    expect(found.key).toBe(ties.sort().at(-1));
    expect(found.lastModified).toBe(new Date(newest).toISOString());
  }, 180_000);

  it("names the version that it found", async () => {
    const bucket = await createBucket();
    const etag = await bucket.put("dump", "twelve bytes");
    const found = await latest({ bucket: bucket.name });
    expect(found).toEqual({ bucket: bucket.name, key: "dump", etag, size: 12, lastModified: expect.any(String) });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it.each([
    ["*.dump", "db/2026.dump"],
    ["**/*.dump", "db/z/late.dump"],
    ["{2025,2026}.dump", "db/2026.dump"],
    ["[!2]*", "db/notes.txt"],
    [".*", "db/.hidden"],
    ["*", "db/notes.txt"],
    [undefined, "db/z/late.dump"],
  ])("takes what fits the pattern after the prefix: %s", async (pattern, key) => {
    const bucket = await createBucket();
    const keys = ["db/.hidden", "db/2024.dump", "db/2026.dump", "db/notes.txt", "db/z/late.dump", "dc/2026.dump"];
    // In the order of their bytes: the later one is the newer one, or has the same time and the greater key.
    for (const each of keys) await bucket.put(each, "x");
    const options = { bucket: bucket.name, prefix: "db/", ...(pattern !== undefined && { pattern }) };
    expect((await latest(options)).key).toBe(key);
  });

  it("leaves out folder markers and empty objects, and finds keys of any characters", async () => {
    const bucket = await createBucket();
    const odd = "a b+c&<ü>\u0001%41/😀";
    await bucket.put(odd, "x");
    await bucket.put("z-empty", "");
    await bucket.put("z-folder/", "");
    expect((await latest({ bucket: bucket.name })).key).toBe(odd);
  });

  it("says how many it looked at when none is left", async () => {
    const bucket = await createBucket();
    for (const key of ["db/1.txt", "db/2.txt"]) await bucket.put(key, "x");
    for (const key of ["db/", "db/empty.dump"]) await bucket.put(key, "");
    const error = await troubleOf(latest({ bucket: bucket.name, prefix: "db/", pattern: "*.dump" }));
    expect(error.message).toMatch(/^no object was found \(s3:\/\/test-\w+\/db\/\*\.dump, connection test_s3, https?:/);
    expect(error.trouble.found).toBe("looked at 4 objects; left out: 1 folder marker, 2 not of the pattern, 1 empty");
    expect(error.trouble.isRetryable ?? true).toBe(true);
    const nothing = await troubleOf(latest({ bucket: bucket.name, prefix: "dc/" }));
    expect(nothing.trouble.found).toBe("looked at 0 objects");
  });

  it.runIf(isMoto)("does not take what lies in an archive, nor an older object in its place", async () => {
    const bucket = await createBucket();
    await bucket.put("a", "x");
    await bucket.put("b", "x", { StorageClass: "GLACIER" });
    await bucket.put("c", "");
    const error = await troubleOf(latest({ bucket: bucket.name, pattern: "[b-z]" }));
    expect(error.message).toMatch(/^the newest object is archived \(.*\): b\. Restore it first/);
    expect(error.trouble.isRetryable).toBe(false);
    expect((await latest({ bucket: bucket.name, pattern: "a" })).key).toBe("a");
  });

  it("says that the bucket does not exist", async () => {
    const error = await troubleOf(latest({ bucket: "test-absent-0123456789" }));
    expect(error.message).toMatch(/^the bucket does not exist \(s3:\/\/test-absent-0123456789\//);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it.each(["s3://backups", "backups/postgres"])("refuses %j as a bucket's name", async (value) => {
    const variables = { BUCKET: value };
    const error = await troubleOf(latest({ bucket: "x" }, variables));
    expect(error.message).toMatch(/^the bucket is none \(variable BUCKET\): it is "/);
    expect(error.trouble.isRetryable).toBe(false);
  });

  it("refuses an empty variable: it might mean the whole bucket", async () => {
    const error = await troubleOf(latest({ bucket: "x" }, { BUCKET: "" }));
    expect(error.message).toMatch(/^the variable BUCKET is empty/);
    expect(error.trouble.isRetryable).toBe(false);
  });
});

it.each<[S3LatestObjectOptions, string]>([
  [{ bucket: "" }, "bucket is empty"],
  [{ bucket: "s3://backups/postgres" }, 'bucket is "s3://backups/postgres"'],
  [{ bucket: "backups", pattern: "" }, "pattern is empty"],
  [{ bucket: "backups", prefix: "s3://backups/postgres/" }, 'prefix is "s3://backups/postgres/"'],
  [{ bucket: 7 as never }, "bucket is 7, not a string or a variable"],
  [{ bucket: "backups", patern: "*" } as never, "patern is an unknown option"],
])("is refused in the DAG file: %j", (options, says) => {
  expect(() => s3LatestObject(options)).toThrow(says);
});

it("shows what it looks for, and declares what it needs", () => {
  const bucket = variable("S3_BUCKET", { default: "backups" });
  const { options, connections, variables, variableDefaults } = s3LatestObject({ bucket, connection: "backups" });
  expect(options).toEqual({ bucket: { variable: "S3_BUCKET" }, prefix: "", connection: "backups" });
  expect({ connections, variables, variableDefaults }).toEqual({
    connections: ["backups"],
    variables: ["S3_BUCKET"],
    variableDefaults: { S3_BUCKET: "backups" },
  });
  expect(s3LatestObject({ bucket: "b" }).connections).toEqual([]);
});

function latest(options: S3LatestObjectOptions, variables?: Readonly<Record<string, string>>): Promise<S3Object> {
  const bucket = variables ? variable("BUCKET") : options.bucket;
  return inTask({ connections: [s3Connection()], variables }, () =>
    s3LatestObject({ connection: "test_s3", ...options, bucket }).execute({}),
  );
}

/** Again and again until the server says one time of all of them. S3 and moto tell seconds; others may tell milliseconds, where that takes long. */
async function putAtOneTime(bucket: TestBucket, keys: readonly string[]): Promise<void> {
  const times = new Set<number>();
  do {
    times.clear();
    await inParallel(keys, (key) => bucket.put(key, "x"));
    for (const { Key, LastModified } of await listAll(bucket))
      if (keys.includes(Key)) times.add(LastModified.getTime());
  } while (times.size > 1 && isMoto);
}

interface Listed {
  readonly Key: string;
  readonly LastModified: Date;
}

async function listAll({ client, name }: TestBucket): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let token: string | undefined; ; ) {
    const page = await client.send(new ListObjectsV2Command({ Bucket: name, ContinuationToken: token }));
    all.push(...((page.Contents ?? []) as unknown as Listed[]));
    token = page.NextContinuationToken;
    if (token === undefined) return all;
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}
