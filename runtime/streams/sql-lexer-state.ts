// What the SQL lexer remembers between two bytes, and the byte classes of PostgreSQL's scan.l. Everything that a chunk may be cut in is here,
// so a dump gives the same statements however it arrives.

/** Where the lexer stands. `dash` and `slash`: one byte seen that may open a comment. */
export type LexerMode =
  | "plain"
  | "word"
  | "dash"
  | "slash"
  | "line_comment"
  | "block_comment"
  | "string"
  | "escape_string"
  | "identifier"
  | "dollar_tag"
  | "dollar_body"
  | "command";

/**
 * An E'…' string goes on after `''`, and after white space with a line break: `E'a'` newline `'b\'c'` is one string.
 * `closed`: right behind it; `spaced`: white space so far; `broken`: with a line break.
 */
export type EscapeTail = "none" | "closed" | "spaced" | "broken";

export interface LexerState {
  mode: LexerMode;
  /** Line of the byte that is read next, from 1. */
  line: number;
  /** Old dumps say `SET standard_conforming_strings = off`: then every '…' has backslash escapes. */
  hasBackslashStrings: boolean;
  /** Whether the first byte of a statement or command was seen. */
  isStarted: boolean;
  startLine: number;
  /** Where the statement begins in the present chunk; its earlier chunks are in `pieces`. */
  textFrom: number;
  pieces: Buffer[];
  pieceBytes: number;
  /** What has just ended, for the reader to take. */
  ended: "statement" | "command" | null;
  /** The statement's first words, in lower case, without quoted names. */
  words: string[];
  /** The word being read, or the last one. */
  word: string;
  /** The word before, if only white space and comments lie between; else "". */
  lastWord: string;
  readsFromStdin: boolean;
  parentheses: number;
  /** Depth of BEGIN ATOMIC … END, with the CASE … END inside. */
  bodyDepth: number;
  /** Line where the present string, name, comment or body was opened. */
  openLine: number;
  escapeTail: EscapeTail;
  /** The next byte of an E'…' string is escaped. */
  isEscaped: boolean;
  tag: number[];
  /** Bytes of the closing `$tag$` seen after its `$`; -1 outside. */
  tagMatched: number;
  commentDepth: number;
  commentByte: number;
  /** Beginning of a line comment between statements. */
  comment: string;
  /** Line of pg_dump's header comment, until its closing comment was seen. */
  headerLine: number | null;
}

/** Statements have at most four words that matter: CREATE OR REPLACE FUNCTION. */
export const maxHeadWords = 4;

export function createLexerState(line: number): LexerState {
  return {
    mode: "plain",
    line,
    hasBackslashStrings: false,
    commentDepth: 0,
    commentByte: 0,
    comment: "",
    headerLine: null,
    ...emptyStatement(),
  };
}

/** Forgets the statement that has been taken; between statements there is nothing else to remember. */
export function resetStatement(state: LexerState): void {
  Object.assign(state, emptyStatement());
}

function emptyStatement() {
  return {
    isStarted: false,
    startLine: 0,
    textFrom: 0,
    pieces: [] as Buffer[],
    pieceBytes: 0,
    ended: null as LexerState["ended"],
    words: [] as string[],
    word: "",
    lastWord: "",
    readsFromStdin: false,
    parentheses: 0,
    bodyDepth: 0,
    openLine: 0,
    escapeTail: "none" as EscapeTail,
    isEscaped: false,
    tag: [] as number[],
    tagMatched: -1,
  };
}

export const byteOf = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  doubleQuote: 34,
  dollar: 36,
  quote: 39,
  openParenthesis: 40,
  closeParenthesis: 41,
  asterisk: 42,
  dash: 45,
  dot: 46,
  slash: 47,
  semicolon: 59,
  backslash: 92,
} as const;

const nameStart = 1;
const namePart = 2;
const whiteSpace = 4;

const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte);
  if (byte >= 128 || /[A-Za-z_]/.test(character)) classes[byte] = nameStart | namePart;
  else if (/[0-9$]/.test(character)) classes[byte] = namePart;
  else if (/[ \t\n\r\f\v]/.test(character)) classes[byte] = whiteSpace;
}

export function isNameStart(byte: number): boolean {
  return (classes[byte]! & nameStart) !== 0;
}

export function isNamePart(byte: number): boolean {
  return (classes[byte]! & namePart) !== 0;
}

export function isWhiteSpace(byte: number): boolean {
  return (classes[byte]! & whiteSpace) !== 0;
}
