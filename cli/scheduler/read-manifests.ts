// Manifests of builds, each read once while something runs on it.

import { type Manifest, readManifest } from "../../runtime/manifest.ts";

/** A DAG that is live in an old build, and a run that began with one, ask for it rarely: a few are enough. */
const mostKept = 8;

export function createManifestReader(): (buildFolder: string) => Manifest {
  const known = new Map<string, Manifest>();
  return (buildFolder) => {
    const manifest = known.get(buildFolder) ?? readManifest(buildFolder);
    // The one that was asked for last goes last.
    known.delete(buildFolder);
    known.set(buildFolder, manifest);
    for (const oldest of known.keys()) if (known.size > mostKept) known.delete(oldest);
    return manifest;
  };
}
