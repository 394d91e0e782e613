// A text of SQL → its statements, as the server would split it. For text that is in memory: what an archive's entry would run.

import { type Lexeme, readChunk, takeLexeme } from "./sql-lexer.ts";
import { createLexerState } from "./sql-lexer-state.ts";

export interface SplitStatement {
  readonly text: string;
  /** Its first words, in lower case. */
  readonly words: string;
  /** psql's backslash commands, which no server knows, are kept apart. */
  readonly kind: Lexeme["kind"];
}

export function splitStatements(text: string, hasBackslashStrings = false): SplitStatement[] {
  // The last one may have no semicolon; a line comment before it would swallow one without the line break.
  const bytes = Buffer.from(`${text}\n;`);
  const state = createLexerState(1);
  state.hasBackslashStrings = hasBackslashStrings;
  const found: SplitStatement[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = readChunk(state, bytes, at);
    const lexeme = takeLexeme(state);
    if (!lexeme) break;
    const statement = lexeme.bytes.toString("utf8").trim();
    if (statement !== "") found.push({ text: statement, words: lexeme.words.join(" "), kind: lexeme.kind });
  }
  // Something is open at the end: a string, a comment. The server would refuse it; what it hides is shown as it is.
  if (state.isStarted || state.mode !== "plain") found.push({ text: text.trim(), words: "", kind: "statement" });
  return found;
}
