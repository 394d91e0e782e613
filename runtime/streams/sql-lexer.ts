// Cuts a plain SQL file into statements and psql's backslash commands, as psql's own lexer does: a state machine over bytes that may be
// handed any piece of the file. It keeps the text of one statement and nothing else.

import * as quotes from "./sql-lexer-quotes.ts";
import * as states from "./sql-lexer-state.ts";
import { byteOf, type LexerMode, type LexerState } from "./sql-lexer-state.ts";

export interface Lexeme {
  readonly kind: "statement" | "command";
  /** From its first byte to its semicolon, which is left out. */
  readonly bytes: Buffer;
  /** Line of the first byte. */
  readonly line: number;
  /** Its first words, in lower case. */
  readonly words: readonly string[];
  /** `COPY … FROM STDIN`: data follows in the next line. */
  readonly isCopyFromStdin: boolean;
}

/** PostgreSQL's own limit for names; a longer word is no keyword. */
const maxWord = 63;

/** Reads on from `at`, up to the end of a statement or command if there is one in this chunk. Returns where it stopped. */
export function readChunk(state: LexerState, chunk: Buffer, at: number): number {
  state.textFrom = at;
  let place = at;
  while (place < chunk.length && state.ended === null) place = steps[state.mode](state, chunk, place);
  if (state.isStarted) addPiece(state, chunk.subarray(state.textFrom, place));
  return place;
}

/** Ends what needs no end of its own in the last line: a comment, a backslash command. */
export function endOfFile(state: LexerState): void {
  if (state.mode === "line_comment") quotes.endLineComment(state);
  if (state.mode === "command") state.ended = "command";
}

/** What `readChunk` or `endOfFile` has completed, if anything; the lexer then stands at the next statement. */
export function takeLexeme(state: LexerState): Lexeme | undefined {
  if (state.ended === null) return undefined;
  const bytes = state.pieces.length === 1 ? state.pieces[0]! : Buffer.concat(state.pieces);
  const lexeme: Lexeme = {
    kind: state.ended,
    bytes: state.ended === "statement" ? bytes.subarray(0, -1) : bytes,
    line: state.startLine,
    words: state.words,
    isCopyFromStdin: state.words[0] === "copy" && state.readsFromStdin,
  };
  states.resetStatement(state);
  state.mode = "plain";
  return lexeme;
}

type Step = (state: LexerState, chunk: Buffer, at: number) => number;

const steps: Readonly<Record<LexerMode, Step>> = {
  plain: readPlain,
  word: readWord,
  dash: (state, chunk, at) => readCommentStart(state, chunk, at),
  slash: (state, chunk, at) => readCommentStart(state, chunk, at),
  line_comment: quotes.readLineComment,
  block_comment: quotes.readBlockComment,
  string: quotes.readUntil(byteOf.quote),
  escape_string: quotes.readEscapeString,
  identifier: quotes.readUntil(byteOf.doubleQuote),
  dollar_tag: quotes.readDollarTag,
  dollar_body: quotes.readDollarBody,
  command: readCommand,
};

function readPlain(state: LexerState, chunk: Buffer, at: number): number {
  const byte = chunk[at]!;
  if (states.isWhiteSpace(byte)) {
    if (byte === byteOf.newline) state.line += 1;
    if (state.escapeTail !== "none") {
      const breaksLine = byte === byteOf.newline || byte === byteOf.carriageReturn;
      state.escapeTail = breaksLine || state.escapeTail === "broken" ? "broken" : "spaced";
    }
    return at + 1;
  }
  if (byte === byteOf.dash || byte === byteOf.slash) {
    state.mode = byte === byteOf.dash ? "dash" : "slash";
    return at + 1;
  }
  if (!state.isStarted) {
    if (byte === byteOf.semicolon) return at + 1;
    start(state, at);
    if (byte === byteOf.backslash) {
      state.mode = "command";
      return at + 1;
    }
  }
  return readToken(state, byte, at);
}

function start(state: LexerState, at: number): void {
  state.isStarted = true;
  state.startLine = state.line;
  state.textFrom = at;
}

function readToken(state: LexerState, byte: number, at: number): number {
  const { escapeTail } = state;
  state.escapeTail = "none";
  if (states.isNameStart(byte)) {
    state.mode = "word";
    state.word = "";
    return at;
  }
  state.lastWord = "";
  if (byte === byteOf.quote) {
    const goesOn = escapeTail === "closed" || escapeTail === "broken";
    quotes.open(state, goesOn || state.hasBackslashStrings ? "escape_string" : "string");
  } else if (byte === byteOf.doubleQuote) {
    quotes.open(state, "identifier");
  } else if (byte === byteOf.dollar) {
    quotes.open(state, "dollar_tag");
    state.tag = [];
  } else if (byte === byteOf.openParenthesis) {
    state.parentheses += 1;
  } else if (byte === byteOf.closeParenthesis) {
    state.parentheses = Math.max(0, state.parentheses - 1);
  } else if (byte === byteOf.semicolon && state.parentheses === 0 && state.bodyDepth === 0) {
    state.ended = "statement";
  }
  return at + 1;
}

function readWord(state: LexerState, chunk: Buffer, at: number): number {
  let end = at;
  while (end < chunk.length && states.isNamePart(chunk[end]!)) end += 1;
  if (state.word.length <= maxWord)
    state.word += chunk.toString("latin1", at, Math.min(end, at + maxWord + 1)).toLowerCase();
  if (end === chunk.length) return end;
  state.mode = "plain";
  if (chunk[end] === byteOf.quote && state.word === "e") {
    state.lastWord = "";
    quotes.open(state, "escape_string");
    return end + 1;
  }
  endWord(state);
  return end;
}

function endWord(state: LexerState): void {
  const { word, lastWord } = state;
  state.lastWord = word;
  if (state.words.length < states.maxHeadWords) state.words.push(word);
  if (state.parentheses > 0) return;
  if (lastWord === "from" && word === "stdin") state.readsFromStdin = true;
  if (state.bodyDepth === 0) {
    if (lastWord === "begin" && word === "atomic" && createsRoutine(state.words)) state.bodyDepth = 1;
  } else if (word === "case") state.bodyDepth += 1;
  else if (word === "end") state.bodyDepth -= 1;
}

/** CREATE [OR REPLACE] FUNCTION or PROCEDURE: the only statements with a body that is not a string. */
function createsRoutine([create, second, third, fourth]: readonly string[]): boolean {
  const noun = second === "or" && third === "replace" ? fourth : second;
  return create === "create" && (noun === "function" || noun === "procedure");
}

/** One `-` or `/` was seen: a second mark makes it a comment, anything else an operator. */
function readCommentStart(state: LexerState, chunk: Buffer, at: number): number {
  const first = state.mode === "dash" ? byteOf.dash : byteOf.slash;
  const second = state.mode === "dash" ? byteOf.dash : byteOf.asterisk;
  if (chunk[at] === second) {
    quotes.open(state, state.mode === "dash" ? "line_comment" : "block_comment");
    state.comment = "";
    state.commentDepth = 1;
    state.commentByte = 0;
    if (state.mode === "block_comment" && state.escapeTail !== "none") state.escapeTail = "none";
    return at + 1;
  }
  if (!state.isStarted) {
    start(state, at);
    addPiece(state, Buffer.of(first));
  }
  state.mode = "plain";
  state.lastWord = "";
  state.escapeTail = "none";
  return at;
}

function readCommand(state: LexerState, chunk: Buffer, at: number): number {
  const end = chunk.indexOf(byteOf.newline, at);
  if (end < 0) return chunk.length;
  state.ended = "command";
  return end;
}

function addPiece(state: LexerState, piece: Buffer): void {
  state.pieces.push(piece);
  state.pieceBytes += piece.length;
}
