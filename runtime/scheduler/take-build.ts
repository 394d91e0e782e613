// A new build becomes live: new runs begin with it. A DAG whose file is broken keeps its last good version; one that is gone is stale.

import type { Manifest } from "../manifest.ts";
import { writeDag, writeImportErrors } from "../store/dags.ts";
import { knowDag } from "./memory.ts";
import type { Turn } from "./turn.ts";

export interface LiveBuild {
  readonly buildFolder: string;
  readonly manifest: Manifest;
  readonly broken: readonly BrokenFile[];
}

export interface BrokenFile {
  /** Relative to the project. */
  readonly file: string;
  /** What a person should read. */
  readonly text: string;
}

export function takeBuild({ world, memory, nowText }: Turn, { buildFolder, manifest, broken }: LiveBuild): void {
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
