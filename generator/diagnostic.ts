// An author's mistake, as data: collected, never thrown; every reporter renders the same list.

export type Severity = "error" | "warning";

/** A place in a source file. `line` and `column` count from 1. */
export interface Place {
  /** Relative to the project's root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What stands in a file from `start` up to `end` becomes `text`. Both count UTF-16 units from 0. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Fits one text only. */
export interface FileEdit extends Edit {
  /** SHA-256 of that text, without a byte order mark, in Base64 for addresses. */
  readonly textHash: string;
}

export interface Diagnostic extends Place {
  /** The file that defines the DAG that it is about, where that is another one: calls may lie in modules that several share. */
  readonly dagFile?: string;
  /** The rule's name, e.g. `retries-minimum`. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong and what was found. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Does in `file` what the remedy says; where it is missing, a person has to choose. */
  readonly fix?: FileEdit;
}

export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = (diagnostic: Diagnostic) =>
    [diagnostic.file, diagnostic.line, diagnostic.column, diagnostic.code] as const;
  return [...diagnostics].sort((left, right) => {
    const [leftKey, rightKey] = [key(left), key(right)];
    const index = leftKey.findIndex((part, at) => part !== rightKey[at]);
    if (index === -1) return 0;
    return leftKey[index]! < rightKey[index]! ? -1 : 1;
  });
}
