// Between the judging of an archive and its restore, somebody replaces it in S3.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "../../support/databases.ts";
import { postgresBin } from "../../support/postgres-tools.ts";
import { databasesLike, describeRestores, dumpBytes, restore, toolsWith } from "../../support/restore-tasks.ts";
import { createBucket, s3Connection, s3Url } from "../../support/s3.ts";
import { troubleOf } from "../../support/trouble.ts";
import { startWire } from "../../support/wire.ts";

/** More than the sockets on the way hold. */
const content = `
  CREATE TABLE notes AS SELECT i, (SELECT string_agg(md5(random()::text || i || j), '') FROM generate_series(1, 300) j) AS body
    FROM generate_series(1, 2000) i`;

describeRestores("an archive that is replaced when it was judged", () => {
  test("is restored as it was judged: the download goes on", async () => {
    const { target, restoring, replace, sha256 } = await prepare();
    await replace({ isCut: false });
    expect(await restoring).toMatchObject({ sha256 });
    expect(await target.query("SELECT count(*)::int AS notes, to_regproc('evil') AS evil FROM notes")).toEqual([
      { notes: 2000, evil: null },
    ]);
  });

  test("is refused when the rest of it cannot be had any more: the connection was cut meanwhile", async () => {
    const { target, restoring, replace } = await prepare();
    const failed = troubleOf(restoring);
    await replace({ isCut: true });
    expect((await failed).trouble).toMatchObject({
      what: "the object was replaced since it was found",
      isRetryable: false,
    });
    const objects = "SELECT to_regclass('precious') AS old, to_regclass('notes') AS notes, to_regproc('evil') AS evil";
    expect(await target.query(objects)).toEqual([{ old: "precious", notes: null, evil: null }]);
    expect(await databasesLike(target)).toEqual([target.connection.schema]);
    expect(toolsWith(target.connection.schema!)).toEqual([]);
  });
});

/** A restore that has judged its archive, and goes on when that was replaced. */
async function prepare() {
  const source = await createDatabase(16);
  await source.query(content);
  const bytes = await dumpBytes(source, { args: ["--compress=0"] });
  const bucket = await createBucket();
  const etag = await bucket.put("dump", bytes);
  const object = { bucket: bucket.name, key: "dump", etag, size: bytes.length, lastModified: "2026-01-01T00:00:00Z" };
  const target = await createDatabase(16);
  await target.query("CREATE TABLE precious (a int)");
  const { hostname, port } = new URL(s3Url());
  const wire = await startWire({ host: hostname, port: Number(port) }, () => ({}));
  const from = s3Connection("wired_s3", `http://127.0.0.1:${wire.port}`);
  const { toolFolder, listed, goOn } = await holdBehindListing();
  const restoring = restore(object, target, { connections: [from], options: { from: from.id, toolFolder } });
  await listed;
  const replace = async ({ isCut }: { isCut: boolean }) => {
    const other = await createDatabase(16);
    await other.query("CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    await bucket.put("dump", await dumpBytes(other));
    if (isCut) wire.cut();
    await goOn();
  };
  return { target, restoring, replace, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** A pg_restore that has listed the archive, and ends when it is told to. */
async function holdBehindListing(): Promise<{ toolFolder: string; listed: Promise<void>; goOn(): Promise<void> }> {
  const toolFolder = mkdtempSync(join(tmpdir(), "held-"));
  onTestFinished(() => rmSync(toolFolder, { recursive: true, force: true }));
  const pipe = join(toolFolder, "go-on");
  execFileSync("mkfifo", [pipe]);
  const real = join(postgresBin(18), "pg_restore");
  const script = `#!/bin/sh\ncase "$1" in --list) "${real}" "$@" && read word < "${pipe}" ;; *) exec "${real}" "$@" ;; esac\n`;
  writeFileSync(join(toolFolder, "pg_restore"), script, { mode: 0o755 });
  // Opens when the other end does.
  const end = open(pipe, "w");
  return {
    toolFolder,
    listed: end.then(() => {}),
    goOn: async () => {
      await (await end).writeFile("on\n");
      await (await end).close();
    },
  };
}
