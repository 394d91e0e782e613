import { describe, expect, it } from "vitest";
import { readSqlDump, type SqlStatement } from "../../../runtime/streams/sql-dump.ts";
import { findRefusal, tableOfCopy } from "../../../runtime/streams/sql-dump-rules.ts";
import { stream } from "./dump-files.ts";

async function statement(text: string): Promise<SqlStatement> {
  for await (const part of readSqlDump(stream([Buffer.from(`${text};`)]))) if (part.kind === "statement") return part;
  throw new Error(`no statement in ${text}`);
}

describe("a dump that is loaded in one transaction", () => {
  it.each([
    "BEGIN",
    "begin isolation level serializable",
    "START TRANSACTION",
    "COMMIT AND CHAIN",
    "/* at last */ END",
    "ROLLBACK TO SAVEPOINT a",
    "ABORT",
    "PREPARE TRANSACTION 'a'",
    "CREATE DATABASE other",
    "DROP DATABASE other",
    "SET client_encoding = 'LATIN1'",
    "SET client_encoding TO win1252",
  ])("may not say %s", async (text) => {
    expect(findRefusal(await statement(text))).toMatchObject({ isRetryable: false, remedy: expect.any(String) });
  });

  it.each([
    "SAVEPOINT a",
    "PREPARE begin AS SELECT 1",
    "CREATE TABLE database ()",
    "DO $$ BEGIN END $$",
    "SET client_encoding = 'UTF8'",
    "SET client_encoding = 'SQL_ASCII'",
    "ENDPOINT",
  ])("may say %s", async (text) => {
    expect(findRefusal(await statement(text))).toBeUndefined();
  });
});

describe("the table of a COPY", () => {
  it.each([
    ["COPY public.actor (actor_id) FROM stdin", "public.actor"],
    ["copy actor from stdin", "actor"],
    ["COPY actor(actor_id) FROM stdin", "actor"],
    ['COPY public."odd ""name"".x" (a) FROM stdin', 'public."odd ""name"".x"'],
    ['COPY\n "A.b"."c (d)" FROM stdin', '"A.b"."c (d)"'],
  ])("of %j is %s", (text, table) => {
    expect(tableOfCopy(text)).toBe(table);
  });
});
