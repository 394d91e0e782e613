// A new build becomes live: new runs begin with it. A DAG whose file is broken keeps its last good version; one that is gone is stale.

import type { Manifest } from "../manifest.ts";
import { writeDag, writeImportErrors } from "../store/dags.ts";
import { knowDag } from "./memory.ts";
import type { Turn } from "./turn.ts";

export interface NewBuild {
  readonly buildFolder: string;
  readonly manifest: Manifest;
  readonly broken: readonly BrokenFile[];
}

/** A DAG file that is not in the build for its errors. */
export interface BrokenFile {
  /** Relative to the project, with `/`; its errors may lie in what it imports. */
  readonly file: string;
  /** For people, one error after the other: `file:line:column code what is wrong`, and below it what to do. */
  readonly text: string;
}

export function takeBuild({ world, memory, nowText }: Turn, { buildFolder, manifest, broken }: NewBuild): void {
  const { store, settings } = world;
  for (const { model, definition, file } of manifest.dags) {
    const known = memory.dags.get(model.id)?.row;
    const isSame = known?.build === buildFolder && known.definition === definition && !known.isStale;
    if (isSame) continue;
    const isPaused = known?.isPaused ?? model.isPausedUponCreation ?? settings.dagsArePausedAtCreation;
    const row = { dagId: model.id, isPaused, isStale: false, file, definition, build: buildFolder };
    writeDag(store, row);
    knowDag(world, memory, row);
  }
  const present = new Set(manifest.dags.map(({ model }) => model.id));
  const brokenFiles = new Set(broken.map(({ file }) => file));
  for (const { row } of [...memory.dags.values()]) {
    if (present.has(row.dagId) || row.isStale || brokenFiles.has(row.file)) continue;
    const stale = { ...row, isStale: true };
    writeDag(store, stale);
    knowDag(world, memory, stale);
  }
  writeImportErrors(
    store,
    broken.map(({ file, text }) => ({ file, text, timestamp: nowText })),
  );
}
