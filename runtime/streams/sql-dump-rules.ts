// What a dump may not say, because it is loaded in one transaction and as UTF-8. Pure: a statement in, a refusal out.

import type { Trouble } from "../errors.ts";
import type { SqlStatement } from "./sql-dump.ts";

const transactionControl = "everything in the file is loaded in one transaction";
const withoutIt =
  "Take it out of the file. pg_dump writes it only for large objects: dump without them, with --no-large-objects";
const withoutCreate = "Dump without --create; the database is the one that the connection names";

/** The first words of refused statements → why, and what to do. */
const refused: readonly (readonly [words: string, what: string, remedy: string])[] = [
  ["begin", transactionControl, withoutIt],
  ["start transaction", transactionControl, withoutIt],
  ["commit", transactionControl, withoutIt],
  ["end", transactionControl, withoutIt],
  ["rollback", transactionControl, withoutIt],
  ["abort", transactionControl, withoutIt],
  ["prepare transaction", transactionControl, withoutIt],
  ["create database", "a file is loaded into one database", withoutCreate],
  ["drop database", "a file is loaded into one database", withoutCreate],
];

const unicodeEncodings = /['"]?(utf-?8|unicode|sql_ascii)['"]?\s*$/i;

/** Undefined for a statement that may run. */
export function findRefusal({ text, words }: SqlStatement): Trouble | undefined {
  const rule = refused.find(([start]) => `${words.join(" ")} `.startsWith(`${start} `));
  if (rule) return { what: rule[1], found: `"${rule[0].toUpperCase()}"`, remedy: rule[2], isRetryable: false };
  if (words[0] === "set" && words[1] === "client_encoding" && !unicodeEncodings.test(text)) {
    const remedy = "Make the dump with pg_dump --encoding=UTF8";
    return { what: "the file has another encoding than UTF-8", found: `"${text}"`, remedy, isRetryable: false };
  }
  return undefined;
}

/** pg_dump's first statements, before it creates anything: settings, some of which an older server does not know. */
export function isPreamble({ text, words }: SqlStatement): boolean {
  return words[0] === "set" || (words[0] === "select" && text.includes("set_config("));
}

/** The table of a `COPY` as the dump writes it: `public.actor`, `public."Odd name"`. */
export function tableOfCopy(statement: string): string {
  const name = /^copy\s+((?:"(?:[^"]|"")*"|[^\s".(]+)(?:\.(?:"(?:[^"]|"")*"|[^\s".(]+))*)/i.exec(statement);
  return name?.[1] ?? statement;
}
