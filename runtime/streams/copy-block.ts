// The data of one `COPY … FROM stdin` in a dump: all bytes up to a line that is `\.` and nothing else. Rows are not looked at: chunks are
// passed on as they came, and only line ends followed by a backslash are examined.

import type { ByteCursor } from "./byte-cursor.ts";
import { countLines } from "./count-lines.ts";
import { byteOf } from "./sql-lexer-state.ts";

export interface CopyBlock {
  /** The next piece of data, or undefined behind the terminator. @throws what `unterminated` makes. */
  next(): Promise<Buffer | undefined>;
  /** Line breaks in the pieces so far. */
  linesRead(): number;
}

/** Reads the block at the cursor, and in the end leaves the cursor behind its terminator. */
export function readCopyBlock(cursor: ByteCursor, place: { line: number }, unterminated: () => Error): CopyBlock {
  let startsLine = true;
  let isEnded = false;
  let lines = 0;

  const takePiece = (): Buffer => {
    const { end, next } = findTerminator(cursor.chunk, cursor.at, startsLine);
    const piece = cursor.chunk.subarray(cursor.at, end);
    cursor.at = next ?? end;
    isEnded = next !== null;
    const breaks = countLines(piece);
    lines += breaks;
    place.line += breaks + (isEnded ? 1 : 0);
    if (piece.length > 0) startsLine = piece[piece.length - 1] === byteOf.newline;
    return piece;
  };

  const next = async (): Promise<Buffer | undefined> => {
    while (!isEnded) {
      const piece = takePiece();
      if (piece.length > 0) return piece;
      if (isEnded || (await cursor.more())) continue;
      // The last line of a file may lack its line break.
      if (!/^\\\.\r?$/.test(cursor.chunk.toString("latin1", cursor.at))) throw unterminated();
      cursor.at = cursor.chunk.length;
      isEnded = true;
    }
    return undefined;
  };
  return { next, linesRead: () => lines };
}

/** Data ends at `end`. `next` is the place behind the terminator, or null if there is none up to `end`, where the chunk may cut one. */
interface Found {
  readonly end: number;
  readonly next: number | null;
}

const lineThenMark = Buffer.from("\n\\.");

function findTerminator(chunk: Buffer, from: number, startsLine: boolean): Found {
  let line = startsLine ? from : nextMarkedLine(chunk, from);
  while (line < chunk.length) {
    const length = terminatorLength(chunk, line);
    if (length === "cut") return { end: line, next: null };
    if (length !== "none") return { end: line, next: line + length };
    line = nextMarkedLine(chunk, line);
  }
  return { end: chunk.length, next: null };
}

/** The next line that may be the terminator: it begins with `\.`, or with a backslash that is the chunk's last byte. */
function nextMarkedLine(chunk: Buffer, from: number): number {
  const marked = chunk.indexOf(lineThenMark, from);
  if (marked >= 0) return marked + 1;
  const last = chunk.length - 1;
  const endsInBackslash = last > from && chunk[last] === byteOf.backslash && chunk[last - 1] === byteOf.newline;
  return endsInBackslash ? last : chunk.length;
}

function terminatorLength(chunk: Buffer, line: number): number | "none" | "cut" {
  if (chunk[line] !== byteOf.backslash) return "none";
  if (line + 1 === chunk.length) return "cut";
  if (chunk[line + 1] !== byteOf.dot) return "none";
  const breakAt = chunk[line + 2] === byteOf.carriageReturn ? line + 3 : line + 2;
  if (breakAt >= chunk.length) return "cut";
  return chunk[breakAt] === byteOf.newline ? breakAt + 1 - line : "none";
}
