import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ArchiveEntry, type ArchiveHead, readArchiveHead } from "../../../runtime/streams/postgres-archive.ts";
import { judgeArchive } from "../../../runtime/streams/postgres-archive-rules.ts";
import { findPgRestore } from "../../../runtime/tools/pg-restore.ts";
import { createDatabase, type TestDatabase } from "../../support/databases.ts";
import { type DumpOptions, dump, postgresBin, type ToolsVersion } from "../../support/postgres-tools.ts";
import { describeWithPostgresTools } from "../../support/restore-tasks.ts";

/** One of every kind of object that a server has without contrib modules, as far as pg_dump dumps it. */
const objects = `
  CREATE SCHEMA sales;
  CREATE TYPE sales.mood AS ENUM ('ok', 'bad');
  CREATE TYPE sales.pair AS (a int, b text);
  CREATE DOMAIN sales.positive AS int CHECK (VALUE > 0);
  CREATE COLLATION sales.german (locale = 'C');
  CREATE SEQUENCE sales.numbers;
  CREATE TABLE sales.customer (id serial PRIMARY KEY, name text DEFAULT 'a;b', "odd ""name" sales.mood, CHECK (name <> ''));
  CREATE TABLE sales.orders (id int GENERATED ALWAYS AS IDENTITY, customer int REFERENCES sales.customer, at date) PARTITION BY RANGE (at);
  CREATE TABLE sales.orders_1 PARTITION OF sales.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE INDEX ON sales.orders (at);
  CREATE TABLE sales.made (id int, twice int GENERATED ALWAYS AS (id * 2) STORED);
  CREATE UNLOGGED TABLE sales.of_query AS SELECT 1 AS one;
  CREATE STATISTICS sales.stats ON id, name FROM sales.customer;
  CREATE VIEW sales.names AS SELECT upper(name) AS name FROM sales.customer;
  CREATE MATERIALIZED VIEW sales.kept AS SELECT * FROM sales.names;
  CREATE TEXT SEARCH CONFIGURATION sales.plain (PARSER = default);
  CREATE TEXT SEARCH DICTIONARY sales.words (TEMPLATE = simple);
  COMMENT ON TABLE sales.customer IS 'who; buys';
  ALTER TABLE sales.customer ENABLE ROW LEVEL SECURITY;
  INSERT INTO sales.customer (name) VALUES ('x'), ('y');
  GRANT SELECT ON sales.customer TO PUBLIC;
  SELECT lo_from_bytea(0, 'blob');
`;

const functions = `
  CREATE FUNCTION public.evil() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN COPY (SELECT 1) TO PROGRAM 'id'; RETURN NEW; END $$;
  CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
  CREATE PROCEDURE public.run() LANGUAGE sql AS 'SELECT 1';
`;
/** One of every kind that is refused, by the type that pg_dump gives it. */
const code: Readonly<Record<string, string>> = {
  AGGREGATE: "CREATE AGGREGATE public.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
  CAST: "CREATE CAST (public.mood AS int) WITH FUNCTION public.mood_number(public.mood)",
  "EVENT TRIGGER": "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION public.watch()",
  EXTENSION: "CREATE EXTENSION citext",
  "FOREIGN DATA WRAPPER": "CREATE FOREIGN DATA WRAPPER w",
  FUNCTION: "SELECT 1",
  OPERATOR: "CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
  POLICY: "CREATE POLICY p ON public.customer USING (true)",
  PROCEDURE: "SELECT 1",
  PUBLICATION: "CREATE PUBLICATION pub FOR TABLE public.customer",
  "PUBLICATION TABLE": "SELECT 1",
  RULE: "CREATE RULE r AS ON UPDATE TO public.customer DO INSTEAD NOTHING",
  SERVER: "CREATE SERVER s FOREIGN DATA WRAPPER w",
  TRIGGER: "CREATE TRIGGER t BEFORE INSERT ON public.customer FOR EACH ROW EXECUTE FUNCTION public.evil()",
};

describeWithPostgresTools("the head of an archive", () => {
  describe.each([16, 17, 18] as const)("archives of pg_dump %s", (version) => {
    test.each(["custom", "tar"] as const)("%s: the table of contents is what pg_restore reads", async (format) => {
      const { head, file } = await archiveOf(objects, { version, format });
      const listed = await list(file, version);
      expect(head.entries.map((entry) => entry.listed).sort()).toEqual(listed);
      expect(head.dumpVersion).toMatch(new RegExp(`^${version}\\.`));
    });

    test("what brings no code is allowed", async () => {
      const { head } = await archiveOf(objects, { version });
      expect(judgeArchive(head.entries, [])).toEqual([]);
    });
  });

  test("what brings code is refused by its type, every kind, and each may be allowed", async () => {
    const tables = `
    CREATE TYPE public.mood AS ENUM ('ok');
    CREATE FUNCTION public.mood_number(public.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE public.customer (id int);`;
    // The server that is asked for event triggers fires them for everybody: they go last.
    const statements = ["FOREIGN DATA WRAPPER", ...Object.keys(code).filter((type) => type !== "FOREIGN DATA WRAPPER")];
    const { head } = await archiveOf([tables, functions, ...statements.map((type) => code[type]!)].join(";\n"));
    const refused = judgeArchive(head.entries, []);
    expect([...new Set(refused.map(({ entry }) => entry.type))].sort()).toEqual(Object.keys(code).sort());
    expect(refused.every(({ reason }) => reason === undefined)).toBe(true);
    expect(judgeArchive(head.entries, Object.keys(code))).toEqual([]);
    const withoutFunctions = Object.keys(code).filter((type) => !/FUNCTION|PROCEDURE|EXTENSION/.test(type));
    const left = judgeArchive(head.entries, withoutFunctions).map(({ entry, reason }) => [entry.type, reason]);
    expect(left.filter(([, reason]) => reason !== undefined)).toEqual([]);
  });

  describe("an archive that was forged: its types are harmless, what it would run is not", () => {
    const table = "CREATE TABLE public.notes (id integer, body text, more text, and_more text, still_more text);";
    const rows = "INSERT INTO public.notes VALUES (1, 'a')";

    test.each<[string, string, string, string]>([
      [
        "data for a program",
        "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;",
        "COPY public.notes FROM PROGRAM 'touch /tmp/pwned';",
        'reads its data with "COPY public.notes FROM PROGRAM',
      ],
      [
        "data from a file of the server's",
        "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;",
        "COPY public.notes FROM '/etc/passwd'; -- FROM stdin;",
        "reads its data with",
      ],
      [
        "data for the catalog",
        "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;",
        "COPY pg_catalog.pg_authid FROM stdin;",
        "writes into the server's own catalog",
      ],
      [
        "data for the catalog, which is found without its schema",
        "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;",
        'COPY "pg_proc" FROM stdin;',
        "writes into the server's own catalog",
      ],
      [
        "data for the catalog, in capitals",
        "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;",
        "COPY PG_CATALOG.pg_proc FROM stdin;",
        "writes into the server's own catalog",
      ],
      [
        "another reading of strings, for what comes behind it",
        "CREATE TABLE public.notes (\n    id integer,\n    body text,\n    more text,\n    and_more text,",
        "SET standard_conforming_strings = 'off'; CREATE TABLE public.notes (\n",
        'would run "SET standard_conforming_strings',
      ],
      [
        "another search path, for what comes behind it",
        "CREATE TABLE public.notes (\n    id integer,\n    body text,\n    more text,\n    and_more text,",
        "SELECT pg_catalog.set_config('search_path', 'x', false);CREATE TABLE t (\n",
        'would run "SELECT pg_catalog.set_config',
      ],
      [
        "an encoding whose characters may hold a backslash",
        "SET client_encoding = 'UTF8';",
        "SET client_encoding = 'SJIS';",
        'would run "SET client_encoding',
      ],
      [
        "a call behind a comment",
        "    body text,\n    more text,\n    and_more text,",
        "    z text CHECK (pg_read_file/**/('') = ''),",
        "calls pg_read_file",
      ],
      [
        "a name in escapes",
        "    body text,\n    more text,\n    and_more text,",
        "    z oid CHECK (U&\"lo\\005fexport\"(z,'')>0),",
        "has a name in escapes",
      ],
      [
        "a call that runs a text",
        "    body text,\n    more text,\n    and_more text,",
        "    z text DEFAULT ts_stat('DROP TABLE a'),",
        "calls ts_stat",
      ],
      ["a DO block in a table", "CREATE TABLE public.notes (", "DO $$ BEGIN END $$; -- (", 'would run "DO'],
      ["a function behind a table", "    still_more text\n);", "    x text);DO '';", "would run"],
      ["a role", "CREATE TABLE public.notes (", "CREATE ROLE x SUPERUSER; --", 'would run "CREATE ROLE'],
      [
        "a call that writes files",
        "    body text,\n    more text,\n    and_more text,",
        "    z oid CHECK (lo_export(z, '') > 0),",
        "calls lo_export",
      ],
      ["a drop of another kind", "DROP TABLE public.notes;", "DROP ROLE   somebody;  ", 'would run "DROP ROLE'],
      ["a command of psql's", "CREATE TABLE public.notes (", "\\! id", "would run"],
      ["a comment that never ends", "CREATE TABLE public.notes (", "/* CREATE TABLE (", "would run"],
    ])("%s", async (_, from, to, reason) => {
      const { file } = await archiveOf(`${table}; ${rows}`);
      const forged = forge(readFileSync(file), from, to);
      const [refusal] = judgeArchive(readArchiveHead(forged, "custom", "the archive")!.entries, []);
      expect(refusal?.reason).toContain(reason);
    });

    /** One statement or three, by how the server reads strings. */
    const double = "COMMENT ON TABLE public.notes IS '\\' '; CREATE FUNCTION f() RETURNS int RETURN 1; --';";

    test.each<[string, (entries: ArchiveHead["entries"]) => ArchiveHead["entries"], string]>([
      [
        "strings have backslashes",
        setStrings("SET standard_conforming_strings = 'off';\n"),
        'would run "CREATE FUNCTION',
      ],
      ["nothing says how strings are read", (all) => all.filter(({ type }) => type !== "STDSTRINGS"), "would run "],
      ["strings are read in a way of its own", setStrings("SET standard_conforming_strings = 'of';\n"), "would run "],
      ["two say how strings are read", (all) => [...all, { ...all.find(isStrings)! }], "says a second time"],
    ])("a statement that is three when %s", async (_, change, reason) => {
      const { head } = await archiveOf(`${table}; COMMENT ON TABLE public.notes IS 'x'`);
      const comment = (entry: ArchiveEntry) => (entry.type === "COMMENT" ? { ...entry, definition: double } : entry);
      const entries = head.entries.map(comment);
      expect(judgeArchive(entries, [])).toEqual([]);
      expect(judgeArchive(change(entries), [])[0]?.reason).toContain(reason);
    });

    test.each(["ACL", "BLOB METADATA", "DATABASE", "DATABASE PROPERTIES", "DEFAULT ACL", "STDSTRINGS"])(
      "a drop of %s, which a pg_restore would run that does not know the type",
      async (type) => {
        const { head } = await archiveOf(table);
        const drop = "-- dummy\nDROP ROLE somebody;";
        const entry = {
          ...head.entries.find(isStrings)!,
          type,
          drop,
          ...(type === "STDSTRINGS" ? {} : { definition: "" }),
        };
        const entries = [...head.entries.filter((other) => other.type !== type), entry];
        expect(judgeArchive(entries, []).map(({ reason }) => reason)).toEqual(['would run "DROP ROLE somebody"']);
        expect(judgeArchive([...entries.slice(0, -1), { ...entry, drop: "-- dummy" }], [])).toEqual([]);
      },
    );

    test.each([
      ["BLOB METADATA", 17],
      ["DATABASE PROPERTIES", 11],
    ])("%s is trusted only to a pg_restore of %i, whatever the archive's format says", async (type, least) => {
      const folder = mkdtempSync(join(tmpdir(), "old-tool-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const old = `#!/bin/sh\necho 'pg_restore (PostgreSQL) ${least - 1}.3'\n`;
      writeFileSync(join(folder, "pg_restore"), old, { mode: 0o755 });
      const { head } = await archiveOf(table);
      const forged = { ...head, version: "1.12", entries: [{ ...head.entries[0]!, type }] };
      const options = { folder, signal: new AbortController().signal };
      await expect(findPgRestore(forged, options)).rejects.toThrow(`pg_restore ${least} or newer`);
      const plain = { ...head, version: "1.12", entries: [] };
      await expect(findPgRestore(plain, options)).resolves.toMatchObject({ version: `${least - 1}.3` });
    });

    test("a table made of a query that changes another one", async () => {
      const { head, database } = await archiveOf(`${table}; ${rows}`);
      const definition =
        "CREATE TABLE public.t AS/**/WITH u AS (UPDATE public.notes SET body = 'changed' RETURNING id) SELECT * FROM u";
      await database.query(definition);
      expect(await database.query("SELECT body FROM public.notes")).toEqual([{ body: "changed" }]);
      const forged = head.entries.map((entry) => (entry.type === "TABLE" ? { ...entry, definition } : entry));
      expect(judgeArchive(forged, []).map(({ reason }) => reason)).toEqual([expect.stringContaining("would run")]);
    });

    test("data for a program are refused whatever is allowed", async () => {
      const { file } = await archiveOf(`${table}; ${rows}`);
      const copy = "COPY public.notes (id, body, more, and_more, still_more) FROM stdin;";
      const forged = forge(readFileSync(file), copy, "COPY public.notes FROM PROGRAM 'id';");
      expect(judgeArchive(readArchiveHead(forged, "custom", "it")!.entries, ["FUNCTION"])).toHaveLength(1);
    });

    test("rows as INSERT statements could be any statements", async () => {
      const { head } = await archiveOf(`${table}; ${rows}`, { args: ["--inserts"] });
      expect(judgeArchive(head.entries, ["FUNCTION"]).map(({ reason }) => reason)).toEqual([
        "has its rows as SQL statements (pg_dump --inserts)",
      ]);
    });

    test("a type that nobody knows, and one that begins like a harmless one", async () => {
      const { file } = await archiveOf(table);
      const bytes = readFileSync(file);
      const at = bytes.indexOf("\x05\0\0\0TABLE", 0, "latin1");
      const forged = Buffer.from(bytes);
      forged.write("VIEW ", at + 4, "latin1");
      expect(judgeArchive(readArchiveHead(forged, "custom", "it")!.entries, []).map(({ entry }) => entry.type)).toEqual(
        ["VIEW "],
      );
    });
  });

  test("a head that is cut says that it needs more, at every byte", async () => {
    const { file, head } = await archiveOf("CREATE TABLE a (b int)");
    const bytes = readFileSync(file);
    let whole = 0;
    for (let length = 5; length <= bytes.length; length += 1) {
      const read = readArchiveHead(bytes.subarray(0, length), "custom", "it");
      if (read === undefined) expect(whole).toBe(0);
      else {
        whole += 1;
        expect(read).toEqual(head);
      }
    }
    expect(whole).toBeGreaterThan(0);
  });

  test.each([
    ["newer", 17, "Update dagwright"],
    ["older", 11, "Dump again"],
  ])("a format that is %s than what can be checked", async (word, minor, remedy) => {
    const { file } = await archiveOf("CREATE TABLE a (b int)");
    const bytes = readFileSync(file);
    bytes[6] = minor;
    expect(() => readArchiveHead(bytes, "custom", "s3://b/k")).toThrow(
      new RegExp(`format 1.${minor} is ${word} .*s3://b/k.*${remedy}`),
    );
  });
});

function isStrings({ type }: ArchiveEntry): boolean {
  return type === "STDSTRINGS";
}

function setStrings(definition: string): (entries: ArchiveHead["entries"]) => ArchiveHead["entries"] {
  return (entries) => entries.map((entry) => (isStrings(entry) ? { ...entry, definition } : entry));
}

/** Puts another text in the place of one, and blanks where it is shorter: the archive's lengths stay right. */
function forge(archive: Buffer, from: string, to: string): Buffer {
  const at = archive.indexOf(from);
  if (at < 0 || to.length > from.length) throw new Error(`${from} cannot be replaced`);
  const forged = Buffer.from(archive);
  forged.write(to.padEnd(from.length), at, "latin1");
  return forged;
}

async function archiveOf(
  sql: string,
  options: DumpOptions = {},
): Promise<{ head: ArchiveHead; file: string; database: TestDatabase }> {
  const database = await createDatabase(16);
  await database.query(sql);
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = await dump(database, join(folder, "dump"), options);
  return {
    head: readArchiveHead(readFileSync(file), options.format === "tar" ? "tar" : "custom", file)!,
    file,
    database,
  };
}

/** By `pg_restore --list --verbose`, which shows every entry. */
async function list(file: string, version: ToolsVersion): Promise<string[]> {
  const { stdout } = await promisify(execFile)(join(postgresBin(version), "pg_restore"), ["--list", "--verbose", file]);
  return stdout
    .split("\n")
    .filter((line) => /^\d+;/.test(line))
    .sort();
}
