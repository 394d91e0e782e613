// Dumps for the reader's and the loader's tests: the real Pagila where it is at hand, our own sample elsewhere; any text in any pieces.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeSamplePagila } from "../../../quickstart/sample-pagila.ts";
import type { Random } from "../../../quickstart/sample-pagila-random.ts";
import { readSqlDump, type SqlDumpOptions } from "../../../runtime/streams/sql-dump.ts";

/** The folder with Pagila's schema.sql and data.sql: `DAGWRIGHT_PAGILA`, or beside the repository; undefined where it is not. */
export function findPagila(): string | undefined {
  const folder = process.env["DAGWRIGHT_PAGILA"] ?? join(import.meta.dirname, "../../../../shared/data/pagila");
  return existsSync(join(folder, "data.sql")) ? folder : undefined;
}

/** A folder for the length of the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-dump-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder of a dump of Pagila's shape. */
export async function pagilaOrSample(): Promise<string> {
  const found = findPagila();
  if (found) return found;
  const folder = temporaryFolder();
  await writeSamplePagila(folder, { seed: 1 });
  return folder;
}

export interface ReadPart {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
  /** Data of a COPY: as text when it is short, else its hash. */
  readonly data?: string;
  readonly rows?: number;
}

/** All parts of a dump, with their data read. */
export async function readParts(pieces: Iterable<Buffer>, options: SqlDumpOptions = {}): Promise<ReadPart[]> {
  const parts: ReadPart[] = [];
  for await (const part of readSqlDump(stream(pieces), options)) {
    if (part.kind === "statement") parts.push({ kind: part.kind, text: part.text, line: part.line });
    if (part.kind === "meta") parts.push({ kind: part.kind, text: `${part.command} ${part.token}`, line: part.line });
    if (part.kind !== "copy") continue;
    const data: Buffer[] = [];
    for await (const piece of part.data) data.push(piece);
    const bytes = Buffer.concat(data);
    const shown = bytes.length < 200 ? bytes.toString() : createHash("sha256").update(bytes).digest("hex");
    parts.push({ kind: part.kind, text: part.statement, line: part.line, data: shown, rows: part.linesRead() });
  }
  return parts;
}

/** As a file system or a socket would hand it over. */
export async function* stream(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** Pieces of 1 to `largest` bytes. */
export function* inRandomPieces(bytes: Buffer, random: Random, largest: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + random.upTo(largest);
    yield bytes.subarray(at, end);
    at = end;
  }
}
