// What a reporter is: one plain object that turns the same report into text. It prints nothing itself.

import type { RuleSeverity } from "../../runtime/config.ts";
import type { Diagnostic } from "../diagnostic.ts";

export interface Reporter {
  readonly name: string;
  /** Whether others may stand beside it on the screen; what a program reads is alone there. */
  readonly isForLogs: boolean;
  /** Whether it tells of the rules, too: their pages are read for nobody else. */
  readonly needsRules?: boolean;
  render(report: Report): string;
}

export interface Report {
  /** The project's folder: code frames are read from it. */
  readonly root: string;
  /** Sorted. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many DAGs could be loaded. */
  readonly dags: number;
  /** The files that they are in. */
  readonly files: readonly string[];
  /** Empty for reporters that do not need them. */
  readonly rules: readonly RuleFacts[];
  /** Of dagwright. */
  readonly version: string;
  /** Where the project lies in its repository, with `/`; empty when it is the whole of it. */
  readonly folderInRepository: string;
  readonly hasColors: boolean;
  /** Width of the terminal; frames are cut to it. */
  readonly columns: number;
}

export interface RuleFacts {
  readonly code: string;
  /** One line, what is demanded. */
  readonly summary: string;
  /** Without any configuration. */
  readonly severity: RuleSeverity;
  /** Its page, as Markdown. */
  readonly page: string;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  /** Files with a problem. */
  readonly filesWithProblems: number;
  /** Files that could not be bundled or evaluated: of their DAGs nothing is known, and they are not counted below. */
  readonly filesNotLoaded: number;
  readonly dags: number;
  readonly files: number;
}

export function summarise({ diagnostics, dags, files }: Report): Summary {
  return {
    errors: diagnostics.filter(({ severity }) => severity === "error").length,
    warnings: diagnostics.filter(({ severity }) => severity === "warning").length,
    filesWithProblems: countFiles(diagnostics),
    filesNotLoaded: countFiles(diagnostics.filter(({ code }) => code === "import-error")),
    dags,
    files: files.length,
  };
}

function countFiles(diagnostics: readonly Diagnostic[]): number {
  return new Set(diagnostics.map(({ file }) => file)).size;
}

/** What code hosts know a file by: they see the repository, not the project. */
export function pathInRepository({ folderInRepository }: Report, file: string): string {
  return folderInRepository === "" ? file : `${folderInRepository}/${file}`;
}
