// What can be wrong with a dump as a file, as sentences. None of it is better on a second try. Lines are named by number: a dump of many
// gigabytes is looked at with `sed -n 42p`.

import { KnownError } from "../errors.ts";
import type { LexerMode, LexerState } from "./sql-lexer-state.ts";

const shownCharacters = 80;

/** One of psql's commands. Only the pair that guards a dump is accepted. */
export interface SqlCommand {
  readonly kind: "meta";
  readonly command: "restrict" | "unrestrict";
  readonly token: string;
  readonly line: number;
}

/** `\restrict token` at the beginning and `\unrestrict token` at the end, as pg_dump writes them; any other command is refused. */
export function acceptCommand(text: string, line: number, restriction: SqlCommand | undefined): SqlCommand {
  const [name = "", token = "", ...more] = text.trim().slice(1).split(/\s+/);
  const isPlain = token !== "" && more.length === 0;
  if (name === "restrict" && isPlain && restriction === undefined) {
    return { kind: "meta", command: "restrict", token, line };
  }
  if (name === "unrestrict" && isPlain && restriction?.token === token) {
    return { kind: "meta", command: "unrestrict", token, line };
  }
  if (name === "restrict" || name === "unrestrict") {
    const expected =
      restriction === undefined ? "\\restrict and a token" : `\\unrestrict with the token of line ${restriction.line}`;
    throw fault(
      "a command of psql's does not belong there",
      line,
      quote(text),
      `Expected: ${expected}. Make the dump again.`,
    );
  }
  const remedy = "Only \\restrict and \\unrestrict are accepted. Make the dump with pg_dump, without --create.";
  throw fault("the dump has a command that only psql knows", line, quote(text), remedy);
}

export function unterminatedCopy(statement: string, line: number, lastLine: number): KnownError {
  const what = `the file ends inside the COPY block that begins in line ${line}`;
  return fault(what, lastLine, `no line "\\." after ${quote(statement)}`, cutRemedy);
}

export function textBehindCopy(statement: string, line: number): KnownError {
  return fault(
    "text stands behind the semicolon of a COPY",
    line,
    quote(statement),
    "Its data must begin in the next line.",
  );
}

export function statementTooLong(state: LexerState, maxBytes: number): KnownError {
  const what = `a statement is longer than ${maxBytes} bytes`;
  const open = openNames[state.mode];
  const found = open === undefined ? undefined : `${open} opened in line ${state.openLine} is not closed so far`;
  return fault(what, state.startLine, found, "Dump rows as COPY (pg_dump's default), or look for a missing quote.");
}

export function zeroByte(line: number): KnownError {
  return fault("a statement holds a zero byte", line, undefined, "The file is damaged: make or fetch it again.");
}

export function notUtf8(line: number): KnownError {
  return fault("a statement is not UTF-8 text", line, undefined, "Make the dump with pg_dump --encoding=UTF8.");
}

const cutRemedy = "The file has been cut: make or fetch it again.";

const openNames: Partial<Record<LexerMode, string>> = {
  string: "a string",
  escape_string: "a string",
  identifier: "a quoted name",
  dollar_body: "a dollar-quoted string",
  block_comment: "a comment",
};

/** Called at the end of the file. @throws KnownError naming the line where that began which has no end. */
export function refuseOpenEnd(state: LexerState, restriction: SqlCommand | undefined): void {
  const construct = openNames[state.mode];
  if (construct !== undefined) {
    throw fault(
      `the file ends inside ${construct} that begins in line ${state.openLine}`,
      state.line,
      undefined,
      cutRemedy,
    );
  }
  if (state.isStarted || state.mode === "dash" || state.mode === "slash") {
    const line = state.isStarted ? state.startLine : state.line;
    const begun = quote(
      Buffer.concat(state.pieces)
        .subarray(0, shownCharacters * 4)
        .toString(),
    );
    throw fault(`the file ends inside the statement that begins in line ${line}`, state.line, begun, cutRemedy);
  }
  if (restriction !== undefined) {
    const what = `the file ends without \\unrestrict for the \\restrict in line ${restriction.line}`;
    throw fault(what, state.line, undefined, cutRemedy);
  }
  if (state.headerLine !== null) {
    const what = `the file ends without pg_dump's last comment, "PostgreSQL database dump complete"`;
    const remedy = `${cutRemedy} If it is whole, remove line ${state.headerLine}.`;
    throw fault(what, state.line, `"PostgreSQL database dump" in line ${state.headerLine}`, remedy);
  }
}

function fault(what: string, line: number, found: string | undefined, remedy: string): KnownError {
  return new KnownError({
    what,
    where: `line ${line}`,
    ...(found === undefined ? {} : { found }),
    remedy,
    isRetryable: false,
  });
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return `"${line.length > shownCharacters ? `${line.slice(0, shownCharacters)}…` : line}"`;
}
