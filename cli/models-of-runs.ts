// The DAG of a run as the run began: from its build, which is read once for a command.

import type { DagModel } from "../runtime/dag/model.ts";
import { type Manifest, readManifest } from "../runtime/manifest.ts";
import { findEntry } from "../runtime/scheduler/memory.ts";
import type { DagRunRow } from "../runtime/store/dag-runs.ts";

/** Of what it returns: undefined when the build is missing. */
export function createModelReader(): (run: DagRunRow) => DagModel | undefined {
  const manifests = new Map<string, Manifest>();
  const readOnce = (folder: string) => {
    const manifest = manifests.get(folder) ?? readManifest(folder);
    manifests.set(folder, manifest);
    return manifest;
  };
  return ({ build, dagId }) => findEntry({ readManifest: readOnce }, build, dagId)?.model;
}
