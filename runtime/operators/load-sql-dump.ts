// Loads a plain pg_dump file in one transaction: all of it or nothing, in constant memory. Under a lease the work is done once: its ledger
// row is committed with the data, and a retry that finds it returns the stored result.

import type { PostgresSession } from "../connections/postgres.ts";
import { getContext, projectPath, reportProgress } from "../context.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import { fromOptions } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { flag, task, text } from "../dag/shapes.ts";
import { KnownError } from "../errors.ts";
import type { FileDigest } from "../streams/read-hashed.ts";
import type { TableLoad } from "../streams/sql-dump-load.ts";
import { type Lease, leaseOf } from "./lease.ts";
import { onceUnderLease } from "./once-under-lease.ts";
import { inTransaction, withPostgres } from "./postgres-session.ts";

export interface LoadSqlDumpOptions {
  /** Id of the PostgreSQL connection to load into. */
  readonly connection: string;
  /** A plain dump (`pg_dump --format=plain`), relative to the project's folder. Not compressed. */
  readonly file: string;
  /** The lease to write under; without one the file is loaded every time. */
  readonly under?: TaskRef<Lease>;
  /** Load only if schema `public` of the target has no tables. Default: false. */
  readonly ifEmpty?: boolean;
}

const known: KnownOptions<LoadSqlDumpOptions> = {
  connection: required(text),
  file: required(text),
  under: task,
  ifEmpty: flag,
};

export type LoadResult = {
  readonly file: string;
  readonly sha256: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly statements: number;
  /** Rows and bytes of COPY data, by table as the dump names it. */
  readonly tables: { readonly [table: string]: { readonly rows: number; readonly bytes: number } };
};

/**
 * Runs a whole plain SQL dump, COPY blocks included, in one transaction. Tables that exist are not emptied first.
 * @throws KnownError naming `file:line` of what the file or the server refuses, or the format of a file that is not plain SQL; for a
 * file without any statement; nothing is kept.
 */
export function loadSqlDump(options: LoadSqlDumpOptions): Operator<LoadResult> {
  return fromOptions({ name: "loadSqlDump", callee: loadSqlDump, known }, options, makeLoadSqlDump);
}

function makeLoadSqlDump({ connection, file, under, ifEmpty = false }: LoadSqlDumpOptions): Operator<LoadResult> {
  return defineOperator<LoadResult>({
    name: "loadSqlDump",
    options: { connection, file, ifEmpty },
    inputs: under === undefined ? {} : { lease: under },
    connections: [connection],
    execute: async (inputs) => {
      const lease = leaseOf(inputs, connection);
      await refuseDirectory(file);
      // Before the load, because the ledger is asked about this content; and the lease is not held while the file is read.
      const known = lease || ifEmpty ? await hashDump(file) : undefined;
      const load = async (session: PostgresSession): Promise<LoadResult> => {
        if (known && ifEmpty && (await hasTables(session))) {
          console.log(`${file} was not loaded: schema public of ${connection} has tables already`);
          return { file, ...known, statements: 0, tables: {} };
        }
        const result = await loadFile(session, file);
        if (known && known.sha256 !== result.sha256) throw changedFile(file);
        return result;
      };
      return withPostgres(connection, (session) =>
        inTransaction(session, () =>
          onceUnderLease(session, { lease, content: { sha256: known?.sha256 ?? null } }, () => load(session)),
        ),
      );
    },
  });
}

async function loadFile(session: PostgresSession, file: string): Promise<LoadResult> {
  const [{ pinDataSettings }, { readHashed }, { readSqlDump }, { loadDumpParts }, { refuseNothing }] =
    await Promise.all([
      import("../connections/postgres.ts"),
      import("../streams/read-hashed.ts"),
      import("../streams/sql-dump.ts"),
      import("../streams/sql-dump-load.ts"),
      import("../streams/sql-dump-format.ts"),
    ]);
  const { signal } = getContext();
  const began = performance.now();
  await pinDataSettings(session);
  const source = readHashed(projectPath(file), { name: file, signal });
  const { statements, tables } = await loadDumpParts({
    session,
    parts: readSqlDump(source.chunks),
    file,
    signal,
    onProgress: createProgressLog(),
    onSkippedSetting: ({ line, text, why }) => console.log(`${file}:${line}: left out, ${why}: ${text}`),
  });
  const { sha256, bytes } = source.digest();
  if (statements === 0 && Object.keys(tables).length === 0) refuseNothing(file, bytes);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${file}: ${statements} statements, ${bytes} bytes in ${seconds} s, nothing spilled to disk`);
  return { file, sha256, bytes, statements, tables };
}

/** The live table is told this often, whatever the speed. */
const progressIntervalMs = 500;

function createProgressLog(): (table: string, load: TableLoad, isDone: boolean) => void {
  let last = 0;
  return (table, { rows, bytes }, isDone) => {
    if (isDone) console.log(`${table}: ${rows} rows, ${bytes} bytes`);
    const now = performance.now();
    if (!isDone && now - last < progressIntervalMs) return;
    last = now;
    reportProgress({ table, rows, bytes });
  };
}

async function refuseDirectory(file: string): Promise<void> {
  const { refuseDirectoryFormat } = await import("../streams/sql-dump-format.ts");
  await refuseDirectoryFormat(projectPath(file), file);
}

async function hashDump(file: string): Promise<FileDigest> {
  const { hashFile } = await import("../streams/read-hashed.ts");
  return hashFile(projectPath(file), { name: file, signal: getContext().signal });
}

async function hasTables(session: PostgresSession): Promise<boolean> {
  const { rows } = await session.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = 'public') AS found",
  );
  return rows[0]!.found;
}

function changedFile(file: string): KnownError {
  const remedy = "Nothing was kept. Write the file under another name and rename it into place";
  return new KnownError({ what: "the file was changed while it was loaded", where: file, remedy });
}
