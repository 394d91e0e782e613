// Sends the parts of a dump to a PostgreSQL session that is inside a transaction. What may not be said there is refused; what the server
// refuses is named by its line in the file.

import { pipeline } from "node:stream/promises";
import type { PostgresSession } from "../connections/postgres.ts";
import { KnownError } from "../errors.ts";
import { copyFrom } from "./postgres-copy.ts";
import { mayChangeLimits, readSessionLimits, restoreSessionLimits, type SessionLimits } from "./session-limits.ts";
import type { SqlCopy, SqlDumpPart, SqlStatement } from "./sql-dump.ts";
import { constraintsFailed, copyFailed, inFile, statementFailed } from "./sql-dump-errors.ts";
import { findRefusal, isPreamble, tableOfCopy } from "./sql-dump-rules.ts";

export interface TableLoad {
  readonly rows: number;
  readonly bytes: number;
}

export interface DumpLoad {
  readonly session: PostgresSession;
  readonly parts: AsyncIterable<SqlDumpPart>;
  /** As messages name it. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onProgress: (table: string, load: TableLoad, isDone: boolean) => void;
  /** A setting of the dump's that has no effect. */
  readonly onSkippedSetting: (skipped: SkippedSetting) => void;
}

export interface SkippedSetting {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface LoadedParts {
  readonly statements: number;
  readonly tables: Readonly<Record<string, TableLoad>>;
}

/** @throws KnownError naming `file:line`. The transaction is then to be rolled back. */
export async function loadDumpParts(load: DumpLoad): Promise<LoadedParts> {
  const tables: Record<string, TableLoad> = {};
  let statements = 0;
  let isBeginning = true;
  const limits = await readSessionLimits(load.session);
  try {
    for await (const part of load.parts) {
      load.signal.throwIfAborted();
      if (part.kind === "copy") {
        const table = tableOfCopy(part.statement);
        const { rows, bytes } = tables[table] ?? { rows: 0, bytes: 0 };
        const block = await copyBlock(load, part, table);
        tables[table] = { rows: rows + block.rows, bytes: bytes + block.bytes };
      } else if (part.kind === "statement") {
        isBeginning &&= isPreamble(part);
        await runStatement(load, part, isBeginning);
        if (mayChangeLimits(part)) await keepLimits(load, part, limits);
        statements += 1;
      }
    }
    await settle(load);
  } catch (error) {
    load.signal.throwIfAborted();
    throw inFile(error, load.file);
  }
  return { statements, tables };
}

/** A dump may have become another user, and left constraints to be checked at the commit, where its name is not known any more. */
async function settle({ session, file }: DumpLoad): Promise<void> {
  await session.query("RESET SESSION AUTHORIZATION");
  await session.query("RESET ROLE");
  await session.query("SET CONSTRAINTS ALL IMMEDIATE").catch((error: unknown) => {
    throw constraintsFailed(error, file);
  });
}

async function runStatement(load: DumpLoad, part: SqlStatement, isBeginning: boolean): Promise<void> {
  const refusal = findRefusal(part);
  if (refusal) throw new KnownError({ ...refusal, where: `${load.file}:${part.line}` });
  try {
    if (isBeginning && part.words[0] === "set") await runSetting(load, part);
    else await runAlone(load.session, part.text);
  } catch (error) {
    throw statementFailed(error, part, load.file);
  }
}

const unknownSetting = "42704";

/** A newer pg_dump sets what an older server does not know, such as transaction_timeout: left out, as it means nothing there. */
async function runSetting(load: DumpLoad, part: SqlStatement): Promise<void> {
  const { session } = load;
  await session.query("SAVEPOINT dagwright_setting");
  try {
    await runAlone(session, part.text);
  } catch (error) {
    if ((error as { code?: string }).code !== unknownSetting) throw error;
    await session.query("ROLLBACK TO SAVEPOINT dagwright_setting");
    load.onSkippedSetting({ line: part.line, text: part.text, why: "unknown to this server" });
  }
  await session.query("RELEASE SAVEPOINT dagwright_setting");
}

/** Run first and undone then: the server says what is wrong with it, and the rest of a SELECT has its effect. */
async function keepLimits(load: DumpLoad, part: SqlStatement, limits: SessionLimits): Promise<void> {
  await restoreSessionLimits(load.session, limits);
  load.onSkippedSetting({ line: part.line, text: part.text, why: "the load keeps its own limits" });
}

/** By the extended protocol, which takes one statement only: should our lexer ever be wrong, the server refuses the rest. */
async function runAlone(session: PostgresSession, text: string): Promise<void> {
  const statement = { text, queryMode: "extended" };
  await session.query(statement);
}

async function copyBlock(load: DumpLoad, part: SqlCopy, table: string): Promise<TableLoad> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of part.data) {
      bytes += piece.length;
      yield piece;
      load.onProgress(table, { rows: part.linesRead(), bytes }, false);
    }
  }
  const target = copyFrom(load.session, part.statement);
  try {
    await pipeline(counted, target, { signal: load.signal });
  } catch (error) {
    throw copyFailed(error, part, load.file);
  }
  const loaded = { rows: target.rowCount, bytes };
  load.onProgress(table, loaded, true);
  return loaded;
}
