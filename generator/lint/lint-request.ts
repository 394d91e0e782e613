// What a lint is asked for, and what it answers.

import type { Diagnostic } from "../diagnostic.ts";
import type { LoadedCustomRule } from "../load/check-custom-rules.ts";

export interface LintRequest {
  readonly root: string;
  /** Where the lints of this project keep what they know; undefined: nothing is read or kept. */
  readonly folder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of this package. */
  readonly version: string;
  readonly signal?: AbortSignal;
  /** For one DAG file. */
  readonly evaluationMs?: number;
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  /** The file of each DAG. */
  readonly filesOfDags: readonly string[];
  /** DAG file → the project's modules that it imports, directly or through others. */
  readonly modulesOf: Readonly<Record<string, readonly string[]>>;
  /** Rules of the project's own. */
  readonly customRules: readonly LoadedCustomRule[];
}
