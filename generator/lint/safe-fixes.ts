// Which fixes may be made: in files of the project's own, and where the call that is changed made no DAG that is right as it is.

import type { Diagnostic, Place } from "../diagnostic.ts";
import type { LoadedProject } from "../load/loaded.ts";

export interface FoundDiagnostic extends Diagnostic {
  /** The call that the fix gives another value: a factory's makes several DAGs. */
  readonly fixedCall?: Place;
}

/** @param found of the whole project. */
export function withSafeFixes(found: readonly FoundDiagnostic[], project: LoadedProject): Diagnostic[] {
  const uses = countBy(project.dags.flatMap(({ sites }) => [sites.dag, ...sites.tasks, ...sites.groups]).map(callKey));
  const same = countBy(found.map(fixKey));
  const isSafe = (diagnostic: FoundDiagnostic) => {
    const { file, dagFile, fixedCall } = diagnostic;
    if (!isOwnFile(file)) return false;
    if (fixedCall === undefined) return true;
    // A file that does not load may use the module that the call lies in.
    if (dagFile !== undefined && project.diagnostics.length > 0) return false;
    return same.get(fixKey(diagnostic))! >= (uses.get(callKey(fixedCall)) ?? 0);
  };
  return found.map((diagnostic) => {
    const { fixedCall: _, fix, ...rest } = diagnostic;
    return fix && isSafe(diagnostic) ? { ...rest, fix } : rest;
  });
}

/** Neither what is installed nor what lies beside the project. @param file relative to the root. */
export function isOwnFile(file: string): boolean {
  return !/^(\.\.\/|\/|[A-Za-z]:)|(^|\/)node_modules\//.test(file);
}

function callKey(call: Place | null): string {
  return call ? `${call.file}:${call.line}:${call.column}` : "";
}

function fixKey({ code, fix, fixedCall }: FoundDiagnostic): string {
  return JSON.stringify([code, fixedCall, fix]);
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
