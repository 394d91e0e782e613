// Which DAGs can be built although others cannot: a mistake counts for every DAG of the file that it is about, as in Airflow.

import type { Diagnostic } from "../diagnostic.ts";
import type { LoadedProject } from "../load/loaded.ts";

/** @param errors what makes DAGs of the project impossible to build, each with the file of its DAG. */
export function withSoundDags<T extends LoadedProject>(project: T, errors: readonly Diagnostic[]): T {
  const unsound = new Set(errors.map(({ file, dagFile = file }) => dagFile));
  const taken = new Map<string, number>();
  for (const { model } of project.dags) taken.set(fileNameOf(model.id), (taken.get(fileNameOf(model.id)) ?? 0) + 1);
  const isOnlyOne = (id: string) => taken.get(fileNameOf(id)) === 1;
  return { ...project, dags: project.dags.filter(({ file, model }) => !unsound.has(file) && isOnlyOne(model.id)) };
}

/** On macOS and Windows names that differ only in case are the same file. */
function fileNameOf(id: string): string {
  return String(id).toLowerCase();
}
