// The lexer's steps inside strings, quoted names, comments and bodies, where a semicolon means nothing. Each reads on from `at` until its
// construct ends or the chunk does, and returns where it stopped.

import { byteOf, isNamePart, isNameStart, type LexerMode, type LexerState } from "./sql-lexer-state.ts";

/** pg_dump's first and last comments. Between them a file without the last one has been cut. */
const headerComment = "-- PostgreSQL database dump";
const footerComment = "-- PostgreSQL database dump complete";
const maxCommentStart = 60;

export function open(state: LexerState, mode: LexerMode): void {
  state.mode = mode;
  state.openLine = state.line;
}

/** '…' and "…": a doubled quote closes and opens again, which comes to the same. */
export function readUntil(quote: number) {
  return (state: LexerState, chunk: Buffer, at: number): number => {
    for (let place = at; place < chunk.length; place++) {
      const byte = chunk[place]!;
      if (byte === byteOf.newline) state.line += 1;
      if (byte !== quote) continue;
      state.mode = "plain";
      return place + 1;
    }
    return chunk.length;
  };
}

export function readEscapeString(state: LexerState, chunk: Buffer, at: number): number {
  for (let place = at; place < chunk.length; place++) {
    const byte = chunk[place]!;
    if (byte === byteOf.newline) state.line += 1;
    if (state.isEscaped) state.isEscaped = false;
    else if (byte === byteOf.backslash) state.isEscaped = true;
    else if (byte === byteOf.quote) {
      state.mode = "plain";
      state.escapeTail = "closed";
      return place + 1;
    }
  }
  return chunk.length;
}

/** Behind a `$`: a tag and a second `$` open a body; anything else was a parameter such as `$1`. */
export function readDollarTag(state: LexerState, chunk: Buffer, at: number): number {
  const byte = chunk[at]!;
  if (byte === byteOf.dollar) {
    state.mode = "dollar_body";
    state.tagMatched = -1;
    return at + 1;
  }
  const belongs = state.tag.length === 0 ? isNameStart(byte) : isNamePart(byte);
  if (!belongs) {
    state.mode = "plain";
    return at;
  }
  state.tag.push(byte);
  return at + 1;
}

export function readDollarBody(state: LexerState, chunk: Buffer, at: number): number {
  for (let place = at; place < chunk.length; place++) {
    const byte = chunk[place]!;
    if (byte === byteOf.newline) state.line += 1;
    if (byte === byteOf.dollar) {
      if (state.tagMatched === state.tag.length) {
        state.mode = "plain";
        return place + 1;
      }
      state.tagMatched = 0;
    } else if (state.tagMatched >= 0) {
      state.tagMatched = byte === state.tag[state.tagMatched] ? state.tagMatched + 1 : -1;
    }
  }
  return chunk.length;
}

/** The line break is left to the plain step: it counts for an E'…' string that goes on. */
export function readLineComment(state: LexerState, chunk: Buffer, at: number): number {
  let end = at;
  while (end < chunk.length && chunk[end] !== byteOf.newline && chunk[end] !== byteOf.carriageReturn) end += 1;
  if (!state.isStarted && state.comment.length < maxCommentStart) {
    state.comment += chunk.toString("latin1", at, Math.min(end, at + maxCommentStart));
  }
  if (end < chunk.length) endLineComment(state);
  return end;
}

/** Also called at the end of the file, where a line comment needs no line break. */
export function endLineComment(state: LexerState): void {
  state.mode = "plain";
  const comment = `--${state.comment.trimEnd()}`;
  if (state.isStarted) return;
  if (comment === headerComment) state.headerLine = state.line;
  if (comment === footerComment) state.headerLine = null;
}

/** Comments nest. A byte belongs to one mark only: `/*` followed by `/` does not close. */
export function readBlockComment(state: LexerState, chunk: Buffer, at: number): number {
  for (let place = at; place < chunk.length; place++) {
    const byte = chunk[place]!;
    if (byte === byteOf.newline) state.line += 1;
    const opens = state.commentByte === byteOf.slash && byte === byteOf.asterisk;
    const closes = state.commentByte === byteOf.asterisk && byte === byteOf.slash;
    state.commentByte = opens || closes ? 0 : byte;
    if (opens) state.commentDepth += 1;
    if (closes) state.commentDepth -= 1;
    if (state.commentDepth > 0) continue;
    state.mode = "plain";
    return place + 1;
  }
  return chunk.length;
}
