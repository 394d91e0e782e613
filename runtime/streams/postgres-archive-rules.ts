// Judges what an archive would run, before any of it does: the types of its objects against what is allowed, and each statement against its type,
// because a type is a word that whoever made the archive wrote. Pure: entries in, refusals out.

import type { ArchiveEntry } from "./postgres-archive.ts";
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
  const backslashes = entries.some(({ type, definition }) => type === "STDSTRINGS" && /off/.test(definition));
  return entries.flatMap((entry): Refusal[] => {
    if (!types.has(entry.type)) return [{ entry }];
    const reason = findDataFault(entry) ?? (trustsCode ? undefined : findCodeFault(entry, backslashes));
    return reason === undefined ? [] : [{ entry, reason }];
  });
}

const name = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`;
const copyFromStdin = new RegExp(
  String.raw`^COPY (${name})(?:\.${name})? (?:\(${name}(?:, ${name})*\) |\(\) )?FROM stdin;\s*$`,
  "u",
);
/** A schema of the server's own; or a table of its own, which is found without a schema. A superuser could write into it: functions, roles. */
const catalog = /^"?(?:pg_|information_schema\b)/;

/** Data go to COPY alone, whatever else is trusted: without it pg_restore would run them as statements. */
function findDataFault({ type, hasData, copy }: ArchiveEntry): string | undefined {
  const place = copyFromStdin.exec(copy)?.[1];
  if (copy !== "" && place === undefined) return `reads its data with ${shorten(copy)}`;
  if (place !== undefined && catalog.test(place)) return `writes into the server's own catalog: ${shorten(copy)}`;
  if (!hasData) return undefined;
  if (!dataTypes.includes(type)) return "has data, which would be run as SQL";
  if (type === "TABLE DATA" && copy === "") return "has its rows as SQL statements (pg_dump --inserts)";
  return undefined;
}

function findCodeFault({ type, definition, drop }: ArchiveEntry, backslashes: boolean): string | undefined {
  if ((leftOutTypes as readonly string[]).includes(type)) return undefined;
  // The numbers of large objects, one in a line; pg_restore makes its own statements of them.
  if (type === "BLOB METADATA" && /^[\d\s]*$/.test(definition)) return undefined;
  const isExpected = (allowableTypes as readonly string[]).includes(type) ? isOfAllowedType : isHarmless;
  const statements = [definition, drop].flatMap((text) => splitStatements(text, backslashes));
  const other = statements.find((statement) => statement.kind === "command" || !isExpected(statement));
  if (other) return `would run ${shorten(other.text)}`;
  const open = statements.filter(({ text }) => !harmlessTexts.some((form) => form.test(text)));
  const reaching = open.map(({ text }) => reachingFunctions.exec(text)?.[1]).find((found) => found !== undefined);
  return reaching === undefined ? undefined : `calls ${reaching}, which reaches beyond the database`;
}

const objects =
  "table|unlogged table|sequence|unlogged sequence|index|unique index|type|domain|view|recursive view|materialized view|collation|statistics|text search configuration|text search dictionary";
const harmlessStarts = new RegExp(
  `^(?:(?:create|alter|drop) (?:${objects})|create or replace view|(?:alter|drop) schema|comment on|refresh materialized view)\\b`,
);

/** pg_dump's other statements, as it writes them to the last character. */
const harmlessTexts: readonly RegExp[] = [
  new RegExp(`^CREATE SCHEMA (?:IF NOT EXISTS )?${name}(?: AUTHORIZATION ${name})?$`, "u"),
  /^SET (?:client_encoding|standard_conforming_strings) = '[\w-]+'$/,
  /^SELECT pg_catalog\.set_config\('search_path', '[^'\\]*', false\)$/,
  /^SELECT pg_catalog\.setval\('(?:[^'\\]|'')+', -?\d+, (?:true|false)\)$/,
  /^SELECT pg_catalog\.lo_(?:create|unlink)\('?\d+'?\)(?: FROM pg_catalog\.pg_largeobject_metadata WHERE oid = '\d+')?$/,
];
const baseType = new RegExp(String.raw`^CREATE TYPE ${name}(?:\.${name})? \(`, "u");
/** Statistics are values only, once the strings are gone. */
const statistics = /^SELECT \* FROM pg_catalog\.pg_restore_(?:relation|attribute)_stats\([^()]*\)$/;

function isHarmless({ text, words }: SplitStatement): boolean {
  if (harmlessStarts.test(words)) return !baseType.test(text);
  return harmlessTexts.some((form) => form.test(text)) || statistics.test(withoutStrings(text));
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

/** Functions that every server has, or its contrib modules, and that read or write files, other servers, other sessions or any SQL. */
const reachingFunctions =
  /\b(lo_(?:import|export)|pg_read_(?:binary_)?file|pg_ls_\w+|pg_stat_file|pg_file_\w+|pg_logdir_ls|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_promote|dblink\w*|(?:query|cursor|table|schema|database)_to_xml\w*|set_config|pg_(?:create|drop)_\w*slot\w*)"?\s*\(/i;

/** A statement in a message: its beginning. */
const longestShown = 80;

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length <= longestShown ? line : `${line.slice(0, longestShown)}…`);
}
