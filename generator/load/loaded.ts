// What a load yields: the models of every DAG in the project, where they were written, and the bundle that runs them.

import type { DagModel } from "../../runtime/dag/model.ts";
import type { Diagnostic, Place } from "../diagnostic.ts";

export interface LoadedProject {
  readonly root: string;
  readonly dags: readonly LoadedDag[];
  /** Files that could not be bundled or evaluated. */
  readonly diagnostics: readonly Diagnostic[];
  readonly bundle: Bundle;
}

export interface LoadedDag {
  readonly model: DagModel;
  /** The DAG file, relative to the root, with `/`. */
  readonly file: string;
  /** Path of its bundle within the build's `dagwright` folder. */
  readonly chunk: string;
  readonly sites: DagSites;
}

/** Where the DAG's parts were written: the calls that made them. Null where that is not known. */
export interface DagSites {
  readonly dag: Place | null;
  /** Parallel to `model.tasks`. */
  readonly tasks: readonly (Place | null)[];
  readonly edges: readonly EdgeSite[];
}

export interface EdgeSite {
  readonly upstream: string;
  readonly downstream: string;
  readonly place: Place | null;
}

export interface Bundle {
  /** Path within the build's `dagwright` folder → content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Path of the task process's main within it. */
  readonly taskMain: string;
}
