// Which DAG files are not in a build, and what a person should read about each.

import type { Diagnostic } from "../../generator/diagnostic.ts";
import type { LoadedProject } from "../../generator/load/loaded.ts";
import type { BrokenFile } from "../../runtime/scheduler/take-build.ts";

/** @param sound the project with the DAGs that are in the build. @param errors of the whole project. */
export function describeBroken(
  project: LoadedProject,
  sound: LoadedProject,
  errors: readonly Diagnostic[],
): BrokenFile[] {
  const texts = new Map<string, string[]>();
  const add = (file: string, text: string) => texts.set(file, [...(texts.get(file) ?? []), text]);
  for (const error of errors) add(error.dagFile ?? error.file, describe(error));
  // A DAG whose id another file has taken, too: the error names the other file.
  for (const { file, model } of project.dags.filter((dag) => !sound.dags.includes(dag))) {
    if (!texts.has(file)) add(file, `${file}:1:1 duplicate-id ${takenTwice(model.id)}`);
  }
  return [...texts].map(([file, lines]) => ({ file, text: lines.join("\n") })).sort(byFile);
}

function describe({ file, line, column, code, text, remedy }: Diagnostic): string {
  return `${file}:${line}:${column} ${code} ${text}\n  fix: ${remedy}`;
}

function byFile(left: BrokenFile, right: BrokenFile): number {
  return left.file < right.file ? -1 : 1;
}

function takenTwice(dagId: string): string {
  return `DAG id ${JSON.stringify(dagId)} is taken by another file, too\n  fix: give one of the two DAGs another id`;
}
