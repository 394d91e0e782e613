// Writes what `lint --fix` changes: each file whole, beside its place and renamed into it.

import { chmodSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceAtomically } from "../generator/build/write-file.ts";
import type { Diagnostic, FileEdit } from "../generator/diagnostic.ts";
import { applyEdits } from "../generator/lint/apply-edits.ts";
import { hashText } from "../generator/load/fingerprint.ts";
import { byteOrderMark } from "../generator/load/sources.ts";
import { explainFileErrors } from "../runtime/file-errors.ts";

export interface Fixed {
  /** File → how many of its problems. */
  readonly counts: ReadonlyMap<string, number>;
  /** A file is another one than was judged, and was left alone. */
  readonly isOutdated: boolean;
}

/** @throws KnownError for a file that cannot be written. */
export function fixFiles(root: string, diagnostics: readonly Diagnostic[]): Fixed {
  // Where the code itself is wrong, a machine does not know what it changes.
  const failed = diagnostics.filter(({ code }) => code === "import-error");
  const broken = new Set(failed.flatMap(({ file, dagFile = file }) => [file, dagFile]));
  const fixable = diagnostics.filter(({ file, fix }) => fix !== undefined && !broken.has(file));
  const files = [...new Set(fixable.map(({ file }) => file))];
  const counts = files.map((file) => {
    const own = firstOf(fixable.filter((diagnostic) => diagnostic.file === file));
    return [file, fixFile(join(root, file), own)] as const;
  });
  return {
    counts: new Map(counts.flatMap(([file, count]) => (count ? [[file, count]] : []))),
    isOutdated: counts.some(([, count]) => count === undefined),
  };
}

/** Names first: what is missing may be there by a wrong one. */
function firstOf(fixable: readonly Diagnostic[]): FileEdit[] {
  const names = fixable.filter(({ code }) => code === "invalid-argument");
  return (names.length > 0 ? names : fixable).map(({ fix }) => fix!);
}

/** Undefined: it changed since it was judged, so nobody knows what the edits would hit. */
function fixFile(path: string, edits: readonly FileEdit[]): number | undefined {
  return explainFileErrors("the file cannot be fixed", path, () => {
    const before = readFileSync(path, "utf8");
    const [mark = ""] = byteOrderMark.exec(before) ?? [];
    const judged = before.slice(mark.length);
    const hash = hashText(judged);
    if (edits.some(({ textHash }) => textHash !== hash)) return undefined;
    const { text, count } = applyEdits(judged, edits);
    if (count > 0) replace(realpathSync(path), mark + text);
    return count;
  });
}

function replace(path: string, text: string): void {
  replaceAtomically(path, (beside) => {
    writeFileSync(beside, text);
    // Set apart: the mode that a file is made with passes the umask.
    chmodSync(beside, statSync(path).mode);
  });
}
