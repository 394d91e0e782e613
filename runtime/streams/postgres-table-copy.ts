// One table from one PostgreSQL to another: COPY's bytes are relayed, never parsed, at the pace of the slower side, so memory does not
// grow with the table. Text format: right between any two versions and layouts; binary would need equal types, column by column.

import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PostgresSession } from "../connections/postgres.ts";
import type { CatalogTable } from "./postgres-catalog.ts";
import { copyFrom, copyTo } from "./postgres-copy.ts";

export interface TableCopy {
  readonly rows: number;
  readonly bytes: number;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes so far for each chunk, some 64 KiB. */
  readonly onBytes: (bytes: number) => void;
}

/** Both sides must have the pinned settings: a text is read as it was written only then. */
export async function copyTable(
  sessions: { readonly source: PostgresSession; readonly target: PostgresSession },
  tables: { readonly source: CatalogTable; readonly target: CatalogTable },
  { signal, onBytes }: CopyOptions,
): Promise<TableCopy> {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onBytes(bytes);
      done(null, chunk);
    },
  });
  const columns = tables.source.columns.filter(({ isGenerated }) => !isGenerated).map(({ name }) => name);
  const input = copyFrom(sessions.target, copyFromStatement(tables.target, columns));
  const output = copyTo(sessions.source, copyToStatement(tables.source, columns));
  await pipeline(output, count, input, { signal });
  return { rows: input.rowCount, bytes };
}

/** A plain table gives its own rows only, without those of tables that inherit from it; a partitioned one is read as a query. */
export function copyToStatement({ name, isPartitioned }: CatalogTable, columns: readonly string[]): string {
  if (isPartitioned) return `COPY (SELECT ${columns.join(", ")} FROM ${name}) TO STDOUT`;
  return `COPY ${name}${columnList(columns)} TO STDOUT`;
}

/** The target's root sorts the rows into its partitions. */
export function copyFromStatement({ name }: CatalogTable, columns: readonly string[]): string {
  return `COPY ${name}${columnList(columns)} FROM STDIN`;
}

/** COPY has no empty list; without one it takes all that is not generated, which here is nothing. */
function columnList(columns: readonly string[]): string {
  return columns.length === 0 ? "" : ` (${columns.join(", ")})`;
}
