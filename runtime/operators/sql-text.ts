// What an author's SQL text says before a server sees it: where its statements begin, and whether one of them would end the
// transaction around it.

import { readChunk, takeLexeme } from "../streams/sql-lexer.ts";
import { createLexerState } from "../streams/sql-lexer-state.ts";

export interface StatementStart {
  /** From 1. */
  readonly line: number;
  /** The first words, in lower case; quoted names are not among them. */
  readonly words: readonly string[];
}

export function findStatements(text: string): StatementStart[] {
  const bytes = Buffer.from(`${text}\n;`);
  const state = createLexerState(1);
  const statements: StatementStart[] = [];
  let at = 0;
  while (at < bytes.length) {
    at = readChunk(state, bytes, at);
    const { line, words } = takeLexeme(state) ?? { line: state.startLine, words: state.words };
    if (words.length > 0) statements.push({ line, words });
  }
  return statements;
}

/** The first statement that would end the transaction around it, or open another. */
export function findTransactionControl(text: string): StatementStart | undefined {
  return findStatements(text).find(({ words }) => {
    const [first = "", second = "", third = ""] = words;
    if (first === "rollback") return second !== "to" && third !== "to";
    if (first === "prepare" || first === "start") return second === "transaction";
    return ["begin", "commit", "end", "abort"].includes(first);
  });
}

/** The line, from 1, of an offset in UTF-16 units. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
