// What a reporter is: one plain object that turns the same report into text. It prints nothing itself.

import type { Diagnostic } from "../diagnostic.ts";

export interface Reporter {
  readonly name: string;
  render(report: Report): string;
}

export interface Report {
  /** The project's folder: code frames are read from it. */
  readonly root: string;
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many DAGs were looked at, and in how many files. */
  readonly dags: number;
  readonly files: number;
  readonly hasColors: boolean;
  /** Width of the terminal; frames are cut to it. */
  readonly columns: number;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  /** Files with a problem. */
  readonly filesWithProblems: number;
  readonly dags: number;
  readonly files: number;
}

export function summarise({ diagnostics, dags, files }: Report): Summary {
  return {
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    warnings: diagnostics.filter(({ severity }) => severity === "warning").length,
    filesWithProblems: new Set(diagnostics.map(({ file }) => file)).size,
    dags,
    files,
  };
}
