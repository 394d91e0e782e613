import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { Dag } from "../../../runtime/dag/dag.ts";
import { variable } from "../../../runtime/dag/variable.ts";
import { restorePostgres } from "../../../runtime/operators/restore-postgres.ts";
import { s3LatestObject } from "../../../runtime/operators/s3-latest-object.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { postgresBin } from "../../support/postgres-tools.ts";
import {
  databasesLike,
  describeRestores,
  dumpBytes,
  type RestoreTaskRun,
  restore,
  upload,
} from "../../support/restore-tasks.ts";
import { troubleOf } from "../../support/trouble.ts";

describeRestores("restorePostgres refuses, before the target is touched,", () => {
  test.each<[string, (folder: string) => Promise<Uint8Array> | Uint8Array, string, string]>([
    [
      "a plain SQL dump",
      async () => dumpBytes(await someDatabase(), { format: "plain" }),
      "the archive is a plain SQL dump",
      "loadSqlDump",
    ],
    ["an archive in gzip", async () => gzipSync(await someDump()), "compressed with gzip", "gunzip the object"],
    ["Zstandard", () => Buffer.from("28b52ffd0458", "hex"), "compressed with zstd", "--format=custom"],
    ["an empty object", () => Buffer.alloc(0), "an object of 0 bytes", "its last one failed"],
    ["a directory-format dump in a tar", tarOfDirectory, 'its first member is "dump/', "--format=custom"],
    ["a zip", () => Buffer.from("PK\x03\x04 and more"), "a zip archive", "--format=custom"],
    ["UTF-16 of PowerShell's", () => Buffer.from("\ufeff-- dump", "utf16le"), "UTF-16", "--format=custom"],
    ["a picture", () => Buffer.from("89504e470d0a1a0a0000", "hex"), "89504e470d0a1a0a", "--format=custom"],
    [
      "an archive that is cut off in its table of contents",
      async () => (await someDump()).subarray(0, 1500),
      "it ends after 1500 bytes",
      "an older one",
    ],
    ["an archive of a format of the future", withFormat(17), "formats 1.12 to 1.16 can", "Update dagwright"],
  ])("%s", async (_, make, found, remedy) => {
    const folder = createFolder();
    const { trouble, target } = await refusalOf(await make(folder));
    expect(trouble).toMatchObject({ where: expect.stringMatching(/^s3:\/\/test-/), isRetryable: false });
    expect(`${trouble.what}: ${trouble.found}`).toContain(found);
    expect(trouble.remedy).toContain(remedy);
    await expectUntouched(target);
  });

  test("functions, triggers and what else runs code, all listed by type and name", async () => {
    const source = await createDatabase(16);
    await source.query(`
      CREATE TABLE public.notes (id int);
      CREATE FUNCTION public.pwn() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch /tmp/pwned'; RETURN NEW; END $$;
      CREATE TRIGGER t BEFORE INSERT ON public.notes FOR EACH ROW EXECUTE FUNCTION public.pwn();
      INSERT INTO pg_catalog.pg_description SELECT 0, 0, 0, 'x' WHERE false;
      ALTER TABLE public.notes DISABLE TRIGGER t; INSERT INTO public.notes VALUES (1); ALTER TABLE public.notes ENABLE TRIGGER t;`);
    const error = vi.spyOn(console, "error");
    const bytes = await dumpBytes(source);
    const { trouble, target } = await refusalOf(bytes);
    expect(trouble).toEqual({
      what: "the archive holds objects that are not allowed: they run code, or reach beyond the database",
      where: expect.stringMatching(/^s3:/),
      found: "1 FUNCTION (public.pwn()), 1 TRIGGER (public.notes t)",
      remedy:
        'The log lists all. If you trust them, name their types: allow: ["FUNCTION", "TRIGGER"]. Nothing was touched',
      isRetryable: false,
    });
    expect(error.mock.calls.flat().join("\n")).toMatch(
      /Not allowed in s3:.*\n {2}FUNCTION public.pwn\(\)\n {2}TRIGGER/,
    );
    await expectUntouched(target);
    const half = await refusalOf(bytes, { options: { allow: ["FUNCTION"] } });
    expect(half.trouble.found).toBe("1 TRIGGER (public.notes t)");
  });

  test("an archive that hides COPY FROM PROGRAM behind a table's data", async () => {
    const source = await createDatabase(16);
    await source.query(
      "CREATE TABLE notes (id int, body text, more text, and_more text); INSERT INTO notes VALUES (1)",
    );
    const pwned = join(createFolder(), "p");
    const bytes = await dumpBytes(source);
    const copy = "COPY public.notes (id, body, more, and_more) FROM stdin;";
    const at = bytes.indexOf(copy);
    const forged = Buffer.from(bytes);
    forged.write(`COPY notes FROM PROGRAM 'touch ${pwned}'`.padEnd(copy.length), at);
    const { trouble, target } = await refusalOf(forged, { options: { allow: ["FUNCTION"] } });
    expect(trouble.found).toContain(`TABLE DATA public.notes reads its data with "COPY notes FROM PROGRAM`);
    await expectUntouched(target);
    expect(() => readFileSync(pwned)).toThrow("ENOENT");
  });

  test("an archive that the tool is too old for: which version, and how to get it", async () => {
    const { trouble, target } = await refusalOf(await someDump(), { options: { toolFolder: postgresBin(16) } });
    expect(trouble).toEqual({
      what: expect.stringMatching(
        /^pg_restore 17 or newer is not on this machine: the archive is of pg_dump 18\.\d+, format 1\.16$/,
      ),
      where: `looked in ${postgresBin(16)}`,
      found: expect.stringMatching(/pg_restore is 16\.\d+$/),
      remedy: expect.stringMatching(
        /apt-get install postgresql-client-17 .*PGDG.*brew install postgresql@17.*toolFolder/,
      ),
      isRetryable: false,
    });
    await expectUntouched(target);
  });

  test("a machine without the tool", async () => {
    const { trouble, target } = await refusalOf(await someDump(), { options: { toolFolder: createFolder() } });
    expect(trouble).toMatchObject({ found: "none", isRetryable: false });
    await expectUntouched(target);
  });

  test("a tool that reads another table of contents than was checked", async () => {
    const folder = createFolder();
    const real = join(postgresBin(18), "pg_restore");
    const script = `#!/bin/sh\ncase "$1" in --list) "${real}" "$@" | sed 's/ TABLE public / FUNCTION public /' ;; *) exec "${real}" "$@" ;; esac\n`;
    writeFileSync(join(folder, "pg_restore"), script);
    chmodSync(join(folder, "pg_restore"), 0o755);
    const { trouble, target } = await refusalOf(await someDump(), { options: { toolFolder: folder } });
    expect(trouble).toMatchObject({
      what: "pg_restore reads another table of contents than was checked",
      isRetryable: false,
    });
    await expectUntouched(target);
  });

  test("a wrong password, without saying it", async () => {
    const bytes = await someDump();
    const target = await createDatabase(18);
    const wrong = { ...target, connection: { ...target.connection, password: "not-the-password" } };
    const { trouble } = await troubleOf(restore(await upload(bytes), wrong));
    expect(trouble).toMatchObject({ what: "PostgreSQL refuses the login", isRetryable: false });
    expect(JSON.stringify(trouble)).not.toContain("not-the-password");
  });

  test("a database that logical replication hangs on: it would stay with the old one", async () => {
    const bytes = await someDump();
    const target = await createDatabase(18);
    const name = `sub_${target.connection.schema}`;
    const nowhere = "CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)";
    await target.query(`CREATE SUBSCRIPTION ${name} ${nowhere}`);
    onTestFinished(async () => void (await target.query(`DROP SUBSCRIPTION IF EXISTS ${name}`)));
    const object = await upload(bytes);
    const { trouble } = await troubleOf(restore(object, target));
    expect(trouble).toMatchObject({ found: `subscription ${name}`, isRetryable: false });
    expect(await restore(object, target, { options: { inPlace: true } })).toMatchObject({ mode: "in_place" });
  });
});

test.each<[object, string]>([
  [{ allow: ["FUNCTIONS"] }, '"FUNCTIONS" does not exist. Did you mean FUNCTION?'],
  [{ allow: "FUNCTION" }, 'is "FUNCTION", not a list of types of objects'],
  [{ to: 1 }, "is 1"],
  [{ to: { host: "h", user: "u", database: "d", password: "pass-in-code" } }, "is not a variable"],
  [
    { to: { host: "h", user: "u", database: "d", password: variable("P", { default: "in-code" }) } },
    "has a default, which everybody can read",
  ],
  [{ to: { host: "h", user: "u" } }, "database"],
  [{ to: { host: "h", user: "u", database: "d", prt: "1" } }, "prt is an unknown option"],
  [{ keep: true }, "keep"],
  [{ to: { host: "h", user: "u", database: "" } }, "database is empty"],
  [{ to: { host: "h", port: "99999", user: "u", database: "d" } }, 'port is "99999", not a port'],
  [{ keepOld: true, inPlace: true }, "keepOld stands beside inPlace: true, which keeps nothing"],
  [{ inPlace: "always" }, 'is "always", not true, false or "never"'],
])("a mistake in the options is named: %j", (options, expected) => {
  const object = new Dag("d").run("find", s3LatestObject({ bucket: "b" }));
  const make = () => restorePostgres({ object, to: "target", ...options });
  expect(make).toThrow(expected);
  expect(make).not.toThrow("in-code");
});

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "refused-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function someDatabase(): Promise<TestDatabase> {
  const database = await createDatabase(16);
  await database.query("CREATE TABLE public.notes (id int PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'a')");
  return database;
}

async function someDump(): Promise<Buffer> {
  return dumpBytes(await someDatabase());
}

function withFormat(minor: number): () => Promise<Buffer> {
  return async () => {
    const bytes = Buffer.from(await someDump());
    bytes[6] = minor;
    return bytes;
  };
}

async function tarOfDirectory(folder: string): Promise<Buffer> {
  const { dump } = await import("../../support/postgres-tools.ts");
  await dump(await someDatabase(), join(folder, "dump"), { format: "directory" });
  return execFileSync("tar", ["-c", "-C", folder, "dump"]);
}

async function refusalOf(bytes: Uint8Array, run: RestoreTaskRun = {}) {
  const target = await createDatabase(18);
  await target.query("CREATE TABLE precious (a int); INSERT INTO precious VALUES (1)");
  const { trouble } = await troubleOf(restore(await upload(bytes), target, run));
  return { trouble, target };
}

async function expectUntouched(target: TestDatabase): Promise<void> {
  expect(await target.query("SELECT a FROM precious")).toEqual([{ a: 1 }]);
  expect(
    await target.query("SELECT count(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
  ).toEqual([{ n: 1 }]);
  expect(await databasesLike(target)).toEqual([target.connection.schema]);
}
