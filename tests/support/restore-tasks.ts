// restorePostgres as a task runs it, with an archive in a bucket of the test's own.

import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, inject, it, onTestFinished } from "vitest";
import { Dag } from "../../runtime/dag/dag.ts";
import type { PostgresRestore } from "../../runtime/operators/restore/restore-archive.ts";
import { type RestorePostgresOptions, restorePostgres } from "../../runtime/operators/restore-postgres.ts";
import { s3LatestObject } from "../../runtime/operators/s3-latest-object.ts";
import type { S3Object } from "../../runtime/streams/s3-object.ts";
import type { TestDatabase } from "./databases.ts";
import { type DumpOptions, dump, postgresBin } from "./postgres-tools.ts";
import { commandOf, isAlive } from "./processes.ts";
import { inTask, type TaskRun } from "./running-task.ts";
import { createBucket, s3Connection } from "./s3.ts";

/** A suite that needs pg_dump and pg_restore: says in one line why it cannot run, and fails then under CI. `other`: why it cannot for another reason. */
export function describeWithPostgresTools(name: string, suite: () => void, other = ""): void {
  const reason = other || inject("postgresToolsProblem");
  if (reason === "") {
    describe(name, suite);
  } else if (process.env["CI"]) {
    it(`${name} needs pg_dump and pg_restore`, () => {
      throw new Error(reason);
    });
  } else {
    it.skip(`${name} cannot run: ${reason}`, () => {});
  }
}

/** A suite that needs an S3 server, and pg_dump and pg_restore. */
export function describeRestores(name: string, suite: () => void): void {
  describeWithPostgresTools(name, suite, inject("s3Problem"));
}

export async function dumpBytes(database: TestDatabase, options?: DumpOptions): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "dump-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return readFileSync(await dump(database, join(folder, "dump"), options));
}

export async function upload(bytes: Uint8Array, key = "backups/pagila.dump"): Promise<S3Object> {
  const bucket = await createBucket();
  const etag = await bucket.put(key, bytes);
  return { bucket: bucket.name, key, etag, size: bytes.length, lastModified: "2026-01-01T00:00:00Z" };
}

/** A role of the test's own, with the password `<name>-password`; dropped with all that it owns when the test has finished. */
export async function createLogin(database: TestDatabase, attributes: string): Promise<string> {
  const name = `role_${randomBytes(4).toString("hex")}`;
  await database.query(`CREATE ROLE ${name} ${attributes} PASSWORD '${name}-password'`);
  onTestFinished(async () => {
    await database.query(`REASSIGN OWNED BY ${name} TO postgres; DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });
  return name;
}

/** The databases whose names begin with the target's. */
export async function databasesLike(target: TestDatabase): Promise<string[]> {
  const text = "SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY datname";
  return (await target.query<{ datname: string }>(text, [target.connection.schema])).map(({ datname }) => datname);
}

export interface RestoreTaskRun extends TaskRun {
  readonly options?: Partial<RestorePostgresOptions>;
}

/** With the tools of PostgreSQL 18, unless told otherwise. */
export function restore(object: S3Object, target: TestDatabase, run: RestoreTaskRun = {}): Promise<PostgresRestore> {
  const newest = new Dag("test_dag").run("find", s3LatestObject({ bucket: "any" }));
  const operator = restorePostgres({
    object: newest,
    from: "test_s3",
    to: target.connection.id,
    toolFolder: postgresBin(18),
    ...run.options,
  });
  const connections = [target.connection, s3Connection(), ...(run.connections ?? [])];
  return inTask({ ...run, connections }, () => operator.execute({ object }));
}

/** Running programs of that name whose arguments hold a text. */
export function toolsWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const command = commandOf(pid);
      return command.includes("pg_restore --verbose") && command.includes(text) && isAlive(pid);
    });
}
