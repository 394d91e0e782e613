import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../quickstart/sample-pagila-random.ts";
import { readSqlDump } from "../../../runtime/streams/sql-dump.ts";
import { inRandomPieces, pagilaOrSample, readParts, stream } from "./dump-files.ts";
import { nastyDump } from "./nasty-dump.ts";

const texts = async (dump: string) => (await readParts([Buffer.from(dump)])).map(({ text }) => text);

describe("statements end at a semicolon, but not", () => {
  it.each([
    ["in a string", "SELECT 'a;b'"],
    ["behind a doubled quote", "SELECT 'it''s;'"],
    ["behind a backslash, which means nothing in '…'", "SELECT 'a\\' || 'b'"],
    ["behind an escaped quote in E'…'", "SELECT E'a\\';b'"],
    ["in an E'…' string that goes on in the next line", "SELECT E'a'\n 'b\\';'"],
    ["in an E'…' string that goes on behind a comment", "SELECT E'a' --\n 'b\\';'"],
    ["in a quoted name", 'SELECT "a;""b"'],
    ["in a dollar-quoted body", "DO $$ SELECT 1; $$"],
    ["in a tagged body that holds other tags", "DO $a$ $$; $b$; $ab$; $a $a$"],
    ["in a tagged body whose tag is not ASCII", "DO $é$;$e$;$é$"],
    ["in a body whose closing tag follows a dollar", "DO $a$;$$a$"],
    ["in a line comment", "SELECT 1 -- one;\n+ 2"],
    ["in a nested comment", "SELECT 1 /* /* ; */ ; */ + 2"],
    ["in a comment that opens with /*/", "SELECT 1 /*/ ; */ + 2"],
    ["between parentheses", "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)"],
    [
      "in a body of BEGIN ATOMIC",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
    ],
    ["in a replaced procedure's body", "CREATE OR REPLACE PROCEDURE f() BEGIN ATOMIC SELECT 1; END"],
  ])("%s", async (_, statement) => {
    expect(await texts(`${statement};\nSELECT 2;`)).toEqual([statement, "SELECT 2"]);
  });

  it.each([
    ["a dollar sign inside a name opens no body", "SELECT a$b$;", ["SELECT a$b$"]],
    ["a parameter opens no body", "SELECT $1; SELECT $1;", ["SELECT $1", "SELECT $1"]],
    [
      "a function named begin has no body",
      "CREATE FUNCTION public.begin() AS 'x'; SELECT 2;",
      ["CREATE FUNCTION public.begin() AS 'x'", "SELECT 2"],
    ],
    ["BEGIN ATOMIC elsewhere is no body", "SELECT begin atomic; END;", ["SELECT begin atomic", "END"]],
    ["a name that ends in e escapes nothing", "SELECT cube'a\\'; SELECT 2;", ["SELECT cube'a\\'", "SELECT 2"]],
    [
      "a second string in the same line escapes nothing",
      "SELECT E'a' 'b\\'; SELECT 2;",
      ["SELECT E'a' 'b\\'", "SELECT 2"],
    ],
    ["empty statements are passed over", ";; /* a */ ; -- b\n;", []],
    [
      "strings have escapes when the dump says so",
      "SET standard_conforming_strings = off; SELECT 'a\\';b';",
      ["SET standard_conforming_strings = off", "SELECT 'a\\';b'"],
    ],
    ["an operator at the start belongs to its statement", "- 1; / 2;", ["- 1", "/ 2"]],
  ])("%s", async (_, dump, expected) => {
    expect(await texts(dump)).toEqual(expected);
  });
});

describe("COPY data follows", () => {
  const data = "1\tone\n2\ttwo\n";
  it.each([
    "COPY t FROM stdin",
    "copy public.t (a, b) from STDIN",
    'COPY "odd;name"."from" ("stdin", b) FROM stdin WITH (FORMAT csv, HEADER)',
    "COPY t /* FROM 'file' */ FROM -- here\n stdin",
  ])("%s", async (statement) => {
    const parts = await readParts([Buffer.from(`${statement};\n${data}\\.\nSELECT 1;`)]);
    expect(parts).toMatchObject([
      { kind: "copy", text: statement, data, rows: 2 },
      { kind: "statement", text: "SELECT 1" },
    ]);
  });

  it.each([
    "COPY t FROM '/tmp/stdin'",
    "COPY \"FROM stdin\" FROM PROGRAM 'cat'",
    "COPY (SELECT 1 FROM stdin) TO '/tmp/x'",
    "SELECT 'COPY t FROM stdin;'",
    "SELECT 1 /* COPY t FROM stdin; */",
    "DO $$ COPY t FROM stdin; $$",
    "SELECT a FROM stdin",
  ])("not %s", async (statement) => {
    expect(await readParts([Buffer.from(`${statement};`)])).toMatchObject([{ kind: "statement", text: statement }]);
  });

  it.each([
    ["nothing", ""],
    ["rows with a backslash and a full stop inside", "a\\.\nb\\.c\n\\.d\n\\\\.\n"],
    ["carriage returns", "1\r\n2\r\n"],
    ["zero bytes, which the server refuses by line", "a\0b\n"],
    ["text that looks like SQL", "COPY t FROM stdin;\n'; $$ /* \"\n"],
  ])("with %s", async (_, rows) => {
    const dump = Buffer.from(`COPY t FROM stdin;\n${rows}\\.\nSELECT 1;`);
    expect(await readParts([dump])).toMatchObject([
      { data: rows },
      { text: "SELECT 1", line: 3 + rows.split("\n").length - 1 },
    ]);
  });

  it.each(["\\.", "\\.\r", "\\.\r\n"])("up to a last line %j", async (end) => {
    expect(await readParts([Buffer.from(`COPY t FROM stdin;\n1\n${end}`)])).toMatchObject([{ data: "1\n", rows: 1 }]);
  });

  it("and is passed over when nobody reads it to its end", async () => {
    const dump = Buffer.from("COPY t FROM stdin;\nab\\.\ncd\n\\.\nSELECT 1;");
    const lines: number[] = [];
    const pieces = inRandomPieces(dump, createRandom(5), 3);
    for await (const part of readSqlDump(stream(pieces))) {
      lines.push(part.line);
      if (part.kind === "copy") for await (const _ of part.data) break;
    }
    expect(lines).toEqual([1, 5]);
  });
});

describe("whatever the pieces are", () => {
  it("a nasty dump has these parts", async () => {
    expect(await readParts([Buffer.from(nastyDump)])).toMatchSnapshot();
  });

  it.each([1, 2, 3, 7, 64])("a nasty dump has the same parts in pieces of up to %i bytes", async (largest) => {
    const bytes = Buffer.from(nastyDump);
    const expected = await readParts([bytes]);
    for (let seed = 1; seed <= 50; seed++) {
      expect(await readParts(inRandomPieces(bytes, createRandom(seed), largest)), `seed ${seed}`).toEqual(expected);
    }
  });

  it.each(["schema.sql", "data.sql"])("Pagila's %s has the same parts", async (file) => {
    const bytes = await readFile(join(await pagilaOrSample(), file));
    const expected = await readParts([bytes]);
    for (const largest of [100, 5_000, 100_000]) {
      expect(await readParts(inRandomPieces(bytes, createRandom(largest), largest))).toEqual(expected);
    }
  });
});

describe("a file that is not whole is refused, with the line where the rest is missing", () => {
  it.each([
    [
      "a COPY block",
      "SELECT 1;\nCOPY t FROM stdin;\n1\n2\n",
      /ends inside the COPY block that begins in line 2 \(line 5\)/,
    ],
    ["a COPY block, within its terminator", "COPY t FROM stdin;\n1\n\\", /COPY block that begins in line 1/],
    ["a COPY block, before its data", "COPY t FROM stdin;", /COPY block that begins in line 1/],
    ["a string", "SELECT 1;\nSELECT\n'a\nb;\n", /inside a string that begins in line 3/],
    ["an E'…' string", "SELECT E'a\\'", /inside a string that begins in line 1/],
    ["a quoted name", 'SELECT\n"a', /inside a quoted name that begins in line 2/],
    ["a body", "DO $a$\n;$$", /inside a dollar-quoted string that begins in line 1/],
    ["a comment", "SELECT 1;\n/* a\n/* b */", /inside a comment that begins in line 2/],
    [
      "a statement",
      "\n\nCREATE TABLE t (\n a int",
      /inside the statement that begins in line 3.*"CREATE TABLE t \( a int"/,
    ],
    ["a statement's first byte", "SELECT 1;\n-", /inside the statement that begins in line 2/],
    [
      "a body of BEGIN ATOMIC",
      "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;",
      /inside the statement that begins in line 1/,
    ],
    [
      "a guarded dump, between statements",
      "\\restrict a\nSELECT 1;\n",
      /without \\unrestrict for the \\restrict in line 1/,
    ],
    [
      "pg_dump's dump, between statements",
      "--\n-- PostgreSQL database dump\n--\nSELECT 1;\n",
      /dump complete.*remove line 2/,
    ],
  ])("in %s", async (_, dump, message) => {
    for (const pieces of [[Buffer.from(dump)], inRandomPieces(Buffer.from(dump), createRandom(1), 2)]) {
      const error = await readParts(pieces).catch((failure: unknown) => failure);
      expect(error).toMatchObject({
        name: "KnownError",
        message: expect.stringMatching(message),
        trouble: { isRetryable: false },
      });
    }
  });
});

describe("psql's commands", () => {
  it("are accepted where they guard a dump", async () => {
    const parts = await readParts([Buffer.from("\\restrict a1\r\nSELECT 1;\n\\unrestrict a1\r\n")]);
    expect(parts.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "meta restrict a1",
      "statement SELECT 1",
      "meta unrestrict a1",
    ]);
  });

  it.each([
    ["\\connect other", /only psql knows \(line 2\): "\\connect other"/],
    ["\\! rm -rf /", /only psql knows \(line 2\)/],
    ["\\copy t from 'x'", /only psql knows/],
    ["\\i other.sql", /only psql knows/],
    ["\\.", /only psql knows/],
    ["\\restrict", /does not belong there/],
    ["\\unrestrict a", /does not belong there/],
    ["\\restrict a\n\\restrict a", /does not belong there \(line 3\)/],
    ["\\restrict a\n\\unrestrict b", /does not belong there \(line 3\).*token of line 2/],
  ])("are refused otherwise: %s", async (command, message) => {
    await expect(readParts([Buffer.from(`SELECT 1;\n${command}\n`)])).rejects.toThrow(message);
  });
});

describe("what cannot be sent to the server is refused by line", () => {
  it.each([
    ["a zero byte", Buffer.from("SELECT 1;\nSELECT\n'\0';"), /zero byte \(line 3\)/],
    ["another encoding", Buffer.from("SELECT 1;\nSELECT 'é';", "latin1"), /not UTF-8 text \(line 2\)/],
    ["text behind a COPY's semicolon", Buffer.from("COPY t FROM stdin; 1\n\\.\n"), /text stands behind.*\(line 1\)/],
    [
      "too long a statement",
      Buffer.from(`SELECT 1;\nSELECT '${"x".repeat(100)}`),
      /longer than 100 bytes \(line 2\): a string opened in line 2/,
    ],
  ])("%s", async (_, dump, message) => {
    await expect(readParts(inRandomPieces(dump, createRandom(2), 9), { maxStatementBytes: 100 })).rejects.toThrow(
      message,
    );
  });
});
