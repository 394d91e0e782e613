// Before a restore: the head of the archive is fetched and judged, and the tool that will read it is found and asked. Nothing is written anywhere.
// What was judged is what the tool gets: the same bytes, and the rest of the same download behind them.

import { visible } from "../../connections/s3-uri.ts";
import { countNoun } from "../../count-noun.ts";
import { KnownError } from "../../errors.ts";
import { type ArchiveHead, readArchiveHead } from "../../streams/postgres-archive.ts";
import { archiveHeadBytes, readArchiveFormat } from "../../streams/postgres-archive-format.ts";
import { judgeArchive, type Refusal } from "../../streams/postgres-archive-rules.ts";
import type { FoundTool } from "../../tools/find-tool.ts";
import { checkListing, findPgRestore } from "../../tools/pg-restore.ts";

export interface PreflightOptions {
  readonly allow: readonly string[];
  readonly toolFolder: string | undefined;
  /** For messages. */
  readonly where: string;
  readonly signal: AbortSignal;
}

/** Without the entries: they hold all SQL of the archive, and would live as long as the restore. */
export interface Preflight {
  /** In the archive. */
  readonly tables: number;
  readonly tool: FoundTool;
  /** The archive from its first byte on; once. */
  readonly chunks: AsyncGenerator<Uint8Array, void>;
}

/** A table of contents holds names and statements, no rows; larger than this, it is damage. */
const maxHeadBytes = 256 * 1024 * 1024;

/** @param input the archive from its beginning. @throws KnownError for what is no archive, holds what is not allowed, or has no tool to read it. */
export async function preflight(input: AsyncIterable<Uint8Array>, options: PreflightOptions): Promise<Preflight> {
  const { where, signal, toolFolder } = options;
  const source = input[Symbol.asyncIterator]();
  const { head, bytes } = await fetchHead(source, where);
  const refusals = judgeArchive(head.entries, options.allow);
  if (refusals.length > 0) throw refuse(refusals, where);
  const tool = await findPgRestore(head, { folder: toolFolder, signal });
  await checkListing(tool, { head, bytes, where, signal });
  console.log(
    `${where} is an archive of pg_dump ${visible(head.dumpVersion)} from PostgreSQL ${visible(head.serverVersion)}, ` +
      `${countNoun(head.entries.length, "object")}, all allowed; restored with pg_restore ${tool.version} (${tool.path})`,
  );
  return { tables: head.entries.filter(({ type }) => type === "TABLE").length, tool, chunks: behind([bytes], source) };
}

/** @param head one piece, taken out: a generator keeps its arguments until it ends, and the head may be large. */
async function* behind(head: Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield head.pop()!;
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
}

async function fetchHead(
  source: AsyncIterator<Uint8Array>,
  where: string,
): Promise<{ head: ArchiveHead; bytes: Uint8Array }> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  let wanted = archiveHeadBytes;
  const look = (isEnd: boolean) => {
    const bytes = Buffer.concat(pieces, size);
    // Else it would be here twice: as it came, and as one.
    pieces = [bytes];
    const format = readArchiveFormat(bytes, where);
    const head = readArchiveHead(bytes, format, where);
    if (head) return { head, bytes };
    if (!isEnd && size < maxHeadBytes) return undefined;
    throw new KnownError({
      what: "the archive is cut off",
      where,
      found: `it ends after ${size} bytes, within its table of contents`,
      remedy: "Make the dump again, or take an older one",
      isRetryable: false,
    });
  };
  for (let next = await source.next(); !next.done; next = await source.next()) {
    pieces.push(next.value);
    size += next.value.length;
    if (size < wanted) continue;
    const found = look(false);
    if (found) return found;
    // Doubled, so that a long one is not read again for each piece.
    wanted = size * 2;
  }
  return look(true)!;
}

const maxNamed = 5;

/** All of them go to the log; the message has the types and some names. */
function refuse(refusals: readonly Refusal[], where: string): KnownError {
  console.error(`Not allowed in ${where}:`);
  for (const { entry, reason } of refusals) console.error(`  ${describeEntry(entry)}${reason ? `: ${reason}` : ""}`);
  const forged = refusals.filter(({ reason }) => reason !== undefined);
  if (forged.length > 0) {
    const shown = forged.slice(0, maxNamed).map(({ entry, reason }) => `${describeEntry(entry)} ${reason}`);
    return new KnownError({
      what: "the archive would run what does not belong to its objects",
      where,
      found: `${shown.join("; ")}${forged.length > maxNamed ? "; … (the log has all)" : ""}`,
      remedy: "Find out who made it; dump without --inserts. Nothing was touched",
      isRetryable: false,
    });
  }
  const types = [...new Set(refusals.map(({ entry }) => entry.type))].sort();
  const listed = types.map((type) => {
    const names = refusals.filter(({ entry }) => entry.type === type).map(({ entry }) => qualified(entry));
    return `${names.length} ${type} (${names.slice(0, maxNamed).join(", ")}${names.length > maxNamed ? ", …" : ""})`;
  });
  return new KnownError({
    what: "the archive holds objects that are not allowed: they run code, or reach beyond the database",
    where,
    found: listed.join(", "),
    remedy: `The log lists all. If you trust them, name their types: allow: [${types.map((type) => JSON.stringify(type)).join(", ")}]. Nothing was touched`,
    isRetryable: false,
  });
}

function describeEntry(entry: Refusal["entry"]): string {
  return `${visible(entry.type)} ${qualified(entry)}`;
}

function qualified({ schema, name }: Refusal["entry"]): string {
  return visible(schema ? `${schema}.${name}` : name);
}
