// Judges what an archive would run, before any of it does: the types of its objects against what is allowed, and each statement against its type,
// because a type is a word that whoever made the archive wrote. Pure: entries in, refusals out.

import type { ArchiveEntry } from "./postgres-archive.ts";
import { findReach } from "./postgres-archive-calls.ts";
import { allowableTypes, codeTypes, dataTypes, harmlessTypes, leftOutTypes } from "./postgres-archive-types.ts";
import { type SplitStatement, splitStatements } from "./sql-statements.ts";

export interface Refusal {
  readonly entry: ArchiveEntry;
  /** Undefined: its type is not allowed. */
  readonly reason?: string;
}

/** All that is refused, in the archive's order. */
export function judgeArchive(entries: readonly ArchiveEntry[], allowed: readonly string[]): Refusal[] {
  const types = new Set<string>([...harmlessTypes, ...allowed]);
  // Who lets functions in trusts the archive's code: what its other statements call is no secret way around any more.
  const trustsCode = allowed.some((type) => codeTypes.includes(type));
  const modes = entries.filter(({ type }) => type === "STDSTRINGS");
  // Without one, pg_restore up to 18 takes strings to have backslashes; a later one may not: read both ways then.
  const readings = modes.length === 0 ? [true, false] : [modes[0]!.definition.includes("'off'")];
  return entries.flatMap((entry): Refusal[] => {
    if (!types.has(entry.type)) return [{ entry }];
    const reason =
      findDataFault(entry) ??
      (entry.type === "STDSTRINGS" && entry !== modes[0] ? "says a second time how strings are read" : undefined) ??
      (trustsCode ? undefined : findFirst(readings, (backslashes) => findCodeFault(entry, backslashes)));
    return reason === undefined ? [] : [{ entry, reason }];
  });
}

function findFirst<T>(all: readonly T[], find: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

const name = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`;
const copyFromStdin = new RegExp(
  String.raw`^COPY (${name})(?:\.${name})? (?:\(${name}(?:, ${name})*\) |\(\) )?FROM stdin;\s*$`,
  "u",
);
/** A schema of the server's own; or a table of its own, which is found without a schema. A superuser could write into it: functions, roles. */
const catalog = /^(?:pg_|information_schema$)/;

/** Data go to COPY alone, whatever else is trusted: without it pg_restore would run them as statements. */
function findDataFault({ type, hasData, copy }: ArchiveEntry): string | undefined {
  const place = copyFromStdin.exec(copy)?.[1];
  if (copy !== "" && place === undefined) return `reads its data with ${shorten(copy)}`;
  if (place !== undefined && catalog.test(nameMeant(place)))
    return `writes into the server's own catalog: ${shorten(copy)}`;
  if (!hasData) return undefined;
  if (!dataTypes.includes(type)) return "has data, which would be run as SQL";
  if (type === "TABLE DATA" && copy === "") return "has its rows as SQL statements (pg_dump --inserts)";
  return undefined;
}

/** As the server takes it: folded, unless it is in quotes. */
function nameMeant(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

function findCodeFault({ type, definition, drop }: ArchiveEntry, backslashes: boolean): string | undefined {
  const texts = isMadeByTool(type, definition) ? [drop] : [definition, drop];
  const isOpen = ({ text }: SplitStatement) =>
    ![...harmlessTexts, ...(ownTexts[type] ?? [])].some((form) => form.test(text));
  const isExpected = (allowableTypes as readonly string[]).includes(type) ? isOfAllowedType : isHarmless;
  const open = texts
    .flatMap((text) => splitStatements(text, backslashes))
    .filter((statement) => statement.kind === "command" || isOpen(statement));
  const other = open.find((statement) => statement.kind === "command" || !isExpected(statement));
  return other ? `would run ${shorten(other.text)}` : findFirst(open, ({ text, words }) => findReach(text, words));
}

/** Its definition is left out, or not run as it is: large objects are numbers, one in a line. The drop of an unknown type would be run: see pg-restore.ts. */
function isMadeByTool(type: string, definition: string): boolean {
  return (
    (leftOutTypes as readonly string[]).includes(type) || (type === "BLOB METADATA" && /^[\d\s]*$/.test(definition))
  );
}

const objects =
  "table|unlogged table|sequence|unlogged sequence|index|unique index|type|domain|view|recursive view|materialized view|collation|statistics|text search configuration|text search dictionary";
const harmlessStarts = new RegExp(
  `^(?:(?:create|alter|drop) (?:${objects})|create or replace view|(?:alter|drop) schema|comment on|refresh materialized view)\\b`,
);

/** pg_dump's other statements, as it writes them to the last character. */
const harmlessTexts: readonly RegExp[] = [
  new RegExp(`^CREATE SCHEMA (?:IF NOT EXISTS )?${name}(?: AUTHORIZATION ${name})?$`, "u"),
  /^SELECT pg_catalog\.setval\('(?:[^'\\]|'')+', -?\d+, (?:true|false)\)$/,
  /^SELECT pg_catalog\.lo_(?:create|unlink)\('?\d+'?\)(?: FROM pg_catalog\.pg_largeobject_metadata WHERE oid = '\d+')?$/,
];
/** What only one type may do: in another's place it would change how the entries behind it are read. */
const ownTexts: Readonly<Record<string, readonly RegExp[]>> = {
  // In some encodings of clients, a byte of a character is that of a backslash, and the server would see other strings than we do.
  ENCODING: [/^SET client_encoding = '(?!SJIS|SHIFT_JIS|BIG5|GBK|UHC|GB18030|JOHAB)[\w-]+'$/i],
  STDSTRINGS: [/^SET standard_conforming_strings = '(?:on|off)'$/],
  SEARCHPATH: [/^SELECT pg_catalog\.set_config\('search_path', '[^'\\]*', false\)$/],
  // Never run without --create.
  DATABASE: [new RegExp(`^DROP DATABASE ${name}$`, "u")],
  "DATABASE PROPERTIES": [
    /^UPDATE pg_catalog\.pg_database SET datistemplate = false WHERE datname = '(?:[^'\\]|'')+'$/,
  ],
};
const baseType = new RegExp(String.raw`^CREATE TYPE ${name}(?:\.${name})? \(`, "u");
/** pg_dump never writes CREATE TABLE AS, whose query may begin with changes of other tables (`WITH … AS (UPDATE …)`). */
const tableOfQuery = /\bas(?:[\s(]*(?:(?:select|with|values|table)\b|--|\/\*)|\s*execute\b)/i;
/** Statistics are values only, once the strings are gone. */
const statistics = /^SELECT \* FROM pg_catalog\.pg_restore_(?:relation|attribute)_stats\([^()]*\)$/;

function isHarmless({ text, words }: SplitStatement): boolean {
  if (/^create (?:unlogged )?table\b/.test(words) && tableOfQuery.test(text)) return false;
  return harmlessStarts.test(words) ? !baseType.test(text) : statistics.test(withoutStrings(text));
}

function withoutStrings(text: string): string {
  return text.replaceAll(/\bE'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/gs, "''");
}

const foreignToAllowed =
  /^(?:create|alter|drop)(?: or replace| trusted| procedural)* (?:function|procedure|routine|language|extension|role|user|group|system|tablespace)\b(?! mapping)/;

/** Of the types that the author allows, all statements create, change or drop an object; none brings functions in. */
function isOfAllowedType(statement: SplitStatement): boolean {
  if (isHarmless(statement)) return true;
  return /^(?:create|alter|drop|security label)\b/.test(statement.words) && !foreignToAllowed.test(statement.words);
}

/** A statement in a message: its beginning. */
const longestShown = 80;

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length <= longestShown ? line : `${line.slice(0, longestShown)}…`);
}
