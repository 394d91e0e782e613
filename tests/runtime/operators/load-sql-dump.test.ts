import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import type { Progress } from "../../../runtime/contract.ts";
import { createDatabase } from "../../support/databases.ts";
import { troubleOf } from "../../support/trouble.ts";
import { pagilaOrSample, temporaryFolder } from "../streams/dump-files.ts";
import { dumpFile, loadFile, relations } from "./dump-loads.ts";

const versions = [16, 18] as const;

describe.each(versions)("on PostgreSQL %i", (version) => {
  it("loads Pagila: schema, then data", async () => {
    const database = await createDatabase(version);
    const folder = await pagilaOrSample();
    const progress: Progress[] = [];
    const schema = await loadFile(database, join(folder, "schema.sql"));
    const data = await loadFile(database, join(folder, "data.sql"), { progress });
    expect(schema).toMatchObject({ tables: {}, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(data.bytes).toBe((await readFile(join(folder, "data.sql"))).length);
    const counts = { actor: 200, film: 1_000, customer: 599, rental: 16_044, payment: 16_049, language: 6 };
    for (const [table, rows] of Object.entries(counts)) {
      expect(await database.query(`SELECT count(*)::int AS rows FROM ${table}`), table).toEqual([{ rows }]);
    }
    expect(data.tables["public.rental"]).toMatchObject({ rows: 16_044 });
    expect(progress.at(-1)).toMatchObject({ table: "public.payment_p2022_07", rows: expect.any(Number) });
    expect(await database.query("SELECT nextval('actor_actor_id_seq')::int AS id")).toEqual([{ id: 201 }]);
  });

  it("loads what pg_dump writes that is hard to cut", async () => {
    const database = await createDatabase(version);
    const file = await dumpFile(`\uFEFF\\restrict a
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public."odd;name" (id integer, body text);\r
CREATE FUNCTION public.f(i integer) RETURNS text LANGUAGE sql
BEGIN ATOMIC
 SELECT CASE WHEN (i > 0) THEN 'a;'::text ELSE 'b'::text END AS "case";
END;
CREATE FUNCTION public.g() RETURNS text LANGUAGE plpgsql AS $_$
BEGIN -- COPY public.t FROM stdin;
  RETURN $$;$$; END $_$;
COPY public."odd;name" (id, body) FROM stdin;
1\t\\\\.
2\ttab\\t, line\\n, \\\\x41
\\.
COPY public."odd;name" (id, body) FROM stdin WITH (FORMAT csv);
3,"quoted, ""text"""
\\.
SET standard_conforming_strings = off;
INSERT INTO public."odd;name" VALUES (4, 'it\\'s; one');
\\unrestrict a
`);
    expect((await loadFile(database, file)).tables).toEqual({ 'public."odd;name"': { rows: 3, bytes: 50 } });
    expect(await database.query('SELECT body FROM "odd;name" ORDER BY id')).toEqual(
      ["\\.", "tab\t, line\n, \\x41", 'quoted, "text"', "it's; one"].map((body) => ({ body })),
    );
    expect(await database.query("SELECT f(1), g()")).toEqual([{ f: "a;", g: ";" }]);
  });

  it.each([
    [
      "cut in a COPY block",
      "COPY t (id) FROM stdin;\n1\n",
      /dump\.sql:4\): no line/,
      "the file ends inside the COPY block that begins in line 2",
    ],
    [
      "cut in a statement",
      "INSERT INTO t VALUES (1",
      /dump\.sql:2\)/,
      "the file ends inside the statement that begins in line 2",
    ],
    [
      "with a bad row",
      "COPY t (id) FROM stdin;\n1\n2\nthree\n4\n\\.\n",
      /dump\.sql:5\).*integer: "…"/,
      "PostgreSQL refused a row",
    ],
    [
      "with a row too many",
      "COPY t (id) FROM stdin;\n1\n1\n\\.\n",
      /dump\.sql:4\): [^(]*; table t, constraint t_pkey\./,
      "PostgreSQL refused a row",
    ],
    [
      "with a zero byte in a row",
      "COPY t (id) FROM stdin;\n1\n\0\n\\.\n",
      /dump\.sql:4\).*0x00/,
      "PostgreSQL refused a row",
    ],
    [
      "for a table that is missing",
      "\nCOPY missing (id) FROM stdin;\n1\n\\.\n",
      /dump\.sql:3\).*"missing" does not exist/,
      "PostgreSQL refused a COPY",
    ],
    [
      "with wrong SQL",
      "SELECT 1,\n  2 +;\n",
      /dump\.sql:3\): syntax error at or near ";"|dump\.sql:3\): syntax error at end/,
      "PostgreSQL refused a statement",
    ],
    ["with a psql command", "SELECT 1;\n\\connect other\n", /dump\.sql:3\): "\\connect other"/, "only psql knows"],
    ["with a transaction of its own", "BEGIN;\nCOMMIT;\n", /dump\.sql:2\): "BEGIN"/, "loaded in one transaction"],
    ["with a COMMIT", "SELECT 1;\ncommit;\n", /dump\.sql:3\): "COMMIT"/, "loaded in one transaction"],
    ["that creates a database", "CREATE DATABASE other;\n", /dump\.sql:2\): "CREATE DATABASE"/, "one database"],
    ["in another encoding", "SET client_encoding = 'LATIN1';\n", /dump\.sql:2\)/, "another encoding"],
    [
      "with an unknown setting after its beginning",
      "SET no_such_setting = 1;\n",
      /dump\.sql:2\).*no_such_setting/,
      "PostgreSQL refused a statement",
    ],
    [
      "with a wrong value of a setting",
      "SET lock_timeout = 'never';\n",
      /dump\.sql:2\).*lock_timeout/,
      "PostgreSQL refused a statement",
    ],
  ])("keeps nothing of a dump %s, and names the line", async (_, rest, found, what) => {
    const database = await createDatabase(version);
    const file = await dumpFile(`CREATE TABLE t (id integer PRIMARY KEY);\n${rest}`);
    const { message, trouble } = await troubleOf(loadFile(database, file));
    expect(message).toContain(what);
    expect(message).toMatch(found);
    expect(trouble.isRetryable).toBe(false);
    expect(await relations(database)).toEqual([]);
  });

  it("keeps nothing of a dump that breaks a deferred constraint", async () => {
    const database = await createDatabase(version);
    const file = await dumpFile(
      "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t INITIALLY DEFERRED);\nINSERT INTO t VALUES (1, 2);\n",
    );
    expect((await troubleOf(loadFile(database, file))).trouble).toMatchObject({
      what: "the dump breaks a constraint that is checked at its end",
      where: file,
      isRetryable: false,
    });
    expect(await relations(database)).toEqual([]);
  });
});

describe("a setting at the beginning that the server does not know", () => {
  it("is left out, and the log says so", async () => {
    const log = vi.spyOn(console, "log");
    const database = await createDatabase(16);
    const file = await dumpFile("SET lock_timeout = 0;\nSET transaction_timeout = 0;\nCREATE TABLE t ();\n");
    await loadFile(database, file);
    expect(log).toHaveBeenCalledWith(`${file}:2: left out, unknown to this server: SET transaction_timeout = 0`);
    expect(await relations(database)).toEqual([{ relname: "t" }]);
  });
});

describe("the session's own limits, which keep a task from waiting for ever", () => {
  const limits = ["lock_timeout", "idle_in_transaction_session_timeout"] as const;
  const readThem = `CREATE TABLE limits AS SELECT ${limits.map((name) => `current_setting('${name}') AS ${name}`)};\n`;

  it.each([
    ["the beginning of every dump", limits.map((name) => `SET ${name} = 0;\n`).join("")],
    ["SET LOCAL and a quoted name", `SET LOCAL lock_timeout TO '0';\nSET "${limits[1]}" = DEFAULT;\n`],
    ["RESET", limits.map((name) => `RESET ${name};\n`).join("")],
    ["RESET ALL", "RESET ALL;\n"],
    ["set_config", limits.map((name) => `SELECT pg_catalog.set_config('${name}', '0', false);\n`).join("")],
    ["a second dump below the first", `CREATE TABLE t ();\n${limits.map((name) => `SET ${name} = 0;\n`).join("")}`],
  ])("hold after %s", async (_, settings) => {
    const database = await createDatabase(18);
    await loadFile(database, await dumpFile(`${settings}${readThem}`));
    expect(await database.query("SELECT * FROM limits")).toEqual([
      { lock_timeout: "5min", idle_in_transaction_session_timeout: "10min" },
    ]);
  });

  it("hold with the rest of a statement in effect, and the log says so", async () => {
    const log = vi.spyOn(console, "log");
    const database = await createDatabase(18);
    const setting = "SELECT set_config('lock_timeout', '0', false), set_config('search_path', 's', false)";
    const file = await dumpFile(`CREATE SCHEMA s;\n${setting};\nCREATE TABLE t ();\n`);
    await loadFile(database, file);
    expect(log).toHaveBeenCalledWith(`${file}:2: left out, the load keeps its own limits: ${setting}`);
    expect(await database.query("SELECT to_regclass('s.t') IS NOT NULL AS found")).toEqual([{ found: true }]);
  });
});

describe("a file that cannot be read", () => {
  it.each([
    ["is missing", "no/such.sql", "the file does not exist"],
    ["is a folder", ".", "the file is a folder"],
  ])("%s: one sentence, not to be tried again", async (_, file, what) => {
    const database = await createDatabase(18);
    expect((await troubleOf(loadFile(database, file))).trouble).toMatchObject({
      what,
      where: file,
      isRetryable: false,
    });
  });
});

describe("a file without anything to load fails for good", () => {
  it.each([
    ["of 0 bytes", "", "an empty file"],
    ["of blanks and comments", "\n-- SELECT 1;\n/* a */ ;\n", "24 bytes without a statement"],
    ["of a dump's guards only", "\\restrict a\n\\unrestrict a\n", "26 bytes without a statement"],
  ])("%s", async (_, text, found) => {
    const database = await createDatabase(18);
    const file = await dumpFile(text);
    expect((await troubleOf(loadFile(database, file))).trouble).toMatchObject({
      what: "the dump has nothing to load",
      where: file,
      found,
      isRetryable: false,
    });
  });

  it("but a dump of an empty database, which is settings, loads", async () => {
    const database = await createDatabase(18);
    const file = await dumpFile("SET lock_timeout = 0;\n");
    expect(await loadFile(database, file)).toMatchObject({ statements: 1, tables: {} });
  });
});

describe("a dump in another format is named, with what makes plain SQL of it", () => {
  it.each([
    ["compressed with gzip", gzipSync("SELECT 1;"), /gunzip --keep/],
    ["a dump in pg_dump's custom format", Buffer.from("PGDMP\x01\x0e\x00"), /pg_restore --file.*--format=plain/],
    ["a dump in pg_dump's tar format", Buffer.from(`toc.dat${"\0".repeat(250)}ustar`), /pg_restore --file/],
    ["a tar archive", Buffer.from(`dump.sql${"\0".repeat(249)}ustar`), /tar -xf/],
    ["compressed with zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /unzstd/],
    ["UTF-16 text", Buffer.from("\uFEFFSELECT 1;", "utf16le"), /pg_dump --file/],
  ])("%s", async (format, bytes, remedy) => {
    const database = await createDatabase(18);
    const file = await dumpFile(bytes);
    expect((await troubleOf(loadFile(database, file))).trouble).toMatchObject({
      what: expect.stringContaining(`the file is ${format}`),
      where: file,
      remedy: expect.stringMatching(remedy),
      isRetryable: false,
    });
  });

  it("a folder of pg_dump's directory format", async () => {
    const database = await createDatabase(18);
    const folder = temporaryFolder();
    await writeFile(join(folder, "toc.dat"), "PGDMP");
    expect((await troubleOf(loadFile(database, folder))).trouble).toMatchObject({
      what: expect.stringContaining("directory format"),
      where: folder,
      remedy: expect.stringContaining("pg_restore --file"),
      isRetryable: false,
    });
  });
});
