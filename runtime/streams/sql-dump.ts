// Reads a plain pg_dump file of any size in constant memory: statements, and the data of COPY blocks as a stream of bytes. A block's data
// is read before the next part is asked for; what was left of it is passed over.

import { type ByteCursor, createByteCursor } from "./byte-cursor.ts";
import { type CopyBlock, readCopyBlock } from "./copy-block.ts";
import type { SqlCommand } from "./sql-dump-faults.ts";
import * as faults from "./sql-dump-faults.ts";
import { formatHeadBytes, refuseOtherFormat } from "./sql-dump-format.ts";
import { endOfFile, type Lexeme, readChunk, takeLexeme } from "./sql-lexer.ts";
import { byteOf, createLexerState, type LexerState } from "./sql-lexer-state.ts";

export type SqlDumpPart = SqlStatement | SqlCopy | SqlCommand;

export interface SqlStatement {
  readonly kind: "statement";
  /** Without its semicolon. */
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Its first words (up to four), in lower case, without quoted names. */
  readonly words: readonly string[];
}

export interface SqlCopy {
  readonly kind: "copy";
  /** `COPY … FROM stdin`, without its semicolon. */
  readonly statement: string;
  readonly line: number;
  /** Line of the first row. */
  readonly dataLine: number;
  /** The bytes between the statement's line and the terminator's. @throws KnownError when the file ends before the terminator. */
  readonly data: AsyncIterable<Buffer>;
  /** Lines of data read so far. */
  linesRead(): number;
}

export interface SqlDumpOptions {
  /** Longest statement, in bytes. Default: 64 MiB: pg_dump writes none of that size unless told to write rows as INSERT. */
  readonly maxStatementBytes?: number;
}

export const defaultMaxStatementBytes = 64 * 1024 * 1024;

/** @throws KnownError naming the line, for a file that is cut, too long a statement, or a command of psql's; without one for another format. */
export async function* readSqlDump(
  source: AsyncIterable<Buffer>,
  { maxStatementBytes = defaultMaxStatementBytes }: SqlDumpOptions = {},
): AsyncGenerator<SqlDumpPart, void, undefined> {
  const cursor = createByteCursor(source);
  const state = createLexerState(1);
  let restriction: SqlCommand | undefined;
  try {
    await readHead(cursor);
    for (;;) {
      const lexeme = await nextLexeme(cursor, state, maxStatementBytes);
      if (lexeme === undefined) break;
      if (lexeme.kind === "command") {
        const command = faults.acceptCommand(decode(lexeme), lexeme.line, restriction);
        restriction = command.command === "restrict" ? command : undefined;
        yield command;
      } else if (lexeme.isCopyFromStdin) {
        yield* copyPart(lexeme, cursor, state);
      } else {
        const text = decode(lexeme);
        state.hasBackslashStrings = backslashStringsAfter(text, lexeme.words, state.hasBackslashStrings);
        yield { kind: "statement", text, line: lexeme.line, words: lexeme.words };
      }
    }
    faults.refuseOpenEnd(state, restriction);
  } finally {
    await cursor.close();
  }
}

async function* copyPart(lexeme: Lexeme, cursor: ByteCursor, state: LexerState): AsyncGenerator<SqlCopy> {
  await skipToData(lexeme, cursor, state);
  const dataLine = state.line;
  const statement = decode(lexeme);
  const block = readCopyBlock(cursor, state, () => faults.unterminatedCopy(statement, lexeme.line, state.line));
  yield { kind: "copy", statement, line: lexeme.line, dataLine, data: pieces(block), linesRead: block.linesRead };
  while (await block.next());
}

async function* pieces(block: CopyBlock): AsyncGenerator<Buffer> {
  for (;;) {
    const piece = await block.next();
    if (piece === undefined) return;
    yield piece;
  }
}

async function nextLexeme(cursor: ByteCursor, state: LexerState, maxBytes: number): Promise<Lexeme | undefined> {
  for (;;) {
    cursor.at = readChunk(state, cursor.chunk, cursor.at);
    if (state.pieceBytes > maxBytes) throw faults.statementTooLong(state, maxBytes);
    if (state.ended !== null) return takeLexeme(state);
    if (await cursor.more()) continue;
    endOfFile(state);
    return takeLexeme(state);
  }
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

async function readHead(cursor: ByteCursor): Promise<void> {
  while (cursor.chunk.length < formatHeadBytes && (await cursor.more()));
  refuseOtherFormat(cursor.chunk);
  if (cursor.chunk.subarray(0, byteOrderMark.length).equals(byteOrderMark)) cursor.at = byteOrderMark.length;
}

/** Data begins in the line after the statement's; psql would run what else stands in that line after the data. */
async function skipToData(lexeme: Lexeme, cursor: ByteCursor, state: LexerState): Promise<void> {
  for (;;) {
    while (cursor.at < cursor.chunk.length) {
      const byte = cursor.chunk[cursor.at]!;
      cursor.at += 1;
      if (byte === byteOf.newline) {
        state.line += 1;
        return;
      }
      const isBlank = byte === byteOf.space || byte === byteOf.tab || byte === byteOf.carriageReturn;
      if (!isBlank) throw faults.textBehindCopy(decode(lexeme), state.line);
    }
    if (!(await cursor.more())) throw faults.unterminatedCopy(decode(lexeme), lexeme.line, state.line);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode({ bytes, line }: Lexeme): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw faults.zeroByte(line + bytes.subarray(0, zero).toString("latin1").split("\n").length - 1);
  try {
    return utf8.decode(bytes);
  } catch {
    throw faults.notUtf8(line);
  }
}

function backslashStringsAfter(text: string, words: readonly string[], before: boolean): boolean {
  if (words[0] !== "set" || words[1] !== "standard_conforming_strings") return before;
  const value = /(?:=|\bto)\s*'?(\w+)'?\s*$/i.exec(text)?.[1]?.toLowerCase();
  if (value === undefined) return before;
  return value === "off" || value === "false" || value === "0" || value === "no";
}
