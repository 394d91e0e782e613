import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startPostgres } from "../../../quickstart/embedded-postgres.ts";
import { createDatabase } from "../../support/databases.ts";
import { databasesLike, describeRestores, dumpBytes, restore, upload } from "../../support/restore-tasks.ts";
import { hasSmallDisks, mountSmallDisk } from "../../support/small-disk.ts";
import { troubleOf } from "../../support/trouble.ts";

/** The servers of the tests run as this user where the tests are root. */
const nobody = { uid: 65534, gid: 65534 };

describeRestores("a server whose disk is full", () => {
  test.skipIf(!hasSmallDisks)(
    "fails the restore, keeps the old database, and serves the next try when there is room",
    async () => {
      const source = await createDatabase(16);
      await source.query(`CREATE TABLE notes AS SELECT i AS id, (SELECT string_agg(md5(random()::text || i || j), '')
      FROM generate_series(1, 20) j) AS body FROM generate_series(1, 12000) i`);
      const object = await upload(await dumpBytes(source));
      const folder = mkdtempSync(join(tmpdir(), "small-disk-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      chmodSync(folder, 0o755);
      // Room for two empty databases (15 MB) and the rows (9 MB), not for the filler (26 MB) beside them.
      await mountSmallDisk(join(folder, "space"), "38m", process.getuid?.() === 0 ? nobody : undefined);
      // A server of its own: with a full disk it cannot write checkpoints, for which others would wait.
      const own = await startPostgres({ version: 18 });
      onTestFinished(() => own.stop());
      const server = { host: "127.0.0.1", port: own.port, login: own.superuser, password: own.password };
      const admin = await createDatabase(18, { server });
      const space = `space_${admin.connection.schema}`;
      await admin.query(`CREATE TABLESPACE ${space} LOCATION '${join(folder, "space")}'`);
      onTestFinished(async () => void (await admin.query(`DROP TABLESPACE ${space}`)));
      const target = await createDatabase(18, { server });
      const { schema: name } = target.connection;
      await target.query("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1)");
      await admin.query(`ALTER DATABASE ${name} SET TABLESPACE ${space}`);
      const filler = "SELECT repeat(md5(i::text), 20) AS text FROM generate_series(1, 36000) i";
      await admin.query(`CREATE TABLE filler TABLESPACE ${space} AS ${filler}`);
      // A new database's files have holes, which are filled by the next checkpoint.
      await admin.query("CHECKPOINT");

      const { trouble } = await troubleOf(restore(object, target));
      expect(trouble).toMatchObject({
        what: "the server's disk is full",
        found: expect.stringContaining("No space left on device"),
        isRetryable: true,
      });
      expect(await target.query("SELECT a FROM precious")).toEqual([{ a: 1 }]);
      expect(await databasesLike(target)).toEqual([name]);

      await admin.query("DROP TABLE filler");
      await admin.query("CHECKPOINT");
      expect(await restore(object, target)).toMatchObject({ mode: "fresh" });
      expect(await target.query("SELECT count(*)::int AS n FROM notes")).toEqual([{ n: 12_000 }]);
      const where =
        "SELECT spcname FROM pg_tablespace t JOIN pg_database d ON d.dattablespace = t.oid WHERE datname = $1";
      expect(await target.query(where, [name])).toEqual([{ spcname: space }]);
    },
  );
});
