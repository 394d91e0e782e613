// `manifest.json` of a build: every DAG's model and where its bundle is. What scheduler, store, pages and task process read instead
// of DAG files. Written last, so that a build without it is a build that did not finish.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DagModel } from "./dag/model.ts";
import { KnownError } from "./errors.ts";

export const manifestFile = "manifest.json";
export const taskMainFile = "task-main.mjs";

export interface Manifest {
  readonly version: 1;
  readonly dags: readonly ManifestDag[];
  /** The build's own bundles and maps: the next build keeps them, the one after removes them. */
  readonly bundles: readonly string[];
}

export interface ManifestDag {
  readonly model: DagModel;
  /** SHA-256 over the model and the bundle. */
  readonly definition: string;
  /** The DAG's bundle, relative to the manifest; its name carries the hash of its content and of all that it imports. */
  readonly chunk: string;
  /** The DAG file, relative to the project. */
  readonly file: string;
}

/** @throws KnownError when the folder holds no finished build. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, manifestFile);
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Partial<Manifest> | null;
    if (manifest?.version !== 1 || !Array.isArray(manifest.dags))
      throw new Error("it is no manifest of this dagwright");
    return manifest as Manifest;
  } catch (error) {
    throw new KnownError(
      {
        what: "the build is missing or damaged",
        where: path,
        found: (error as Error).message,
        remedy: "Run `npx dagwright build` and deploy the whole dags folder",
      },
      { cause: error },
    );
  }
}
