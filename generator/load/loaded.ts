// What a load yields: the models of every DAG in the project, where they were written, and for a build the bundle that runs them.

import type { DagModel } from "../../runtime/dag/model.ts";
import type { Diagnostic, Place } from "../diagnostic.ts";
import type { Change, ValuePath } from "./static-view.ts";

export interface LoadedProject {
  readonly root: string;
  /** Every DAG file, relative to the root, with `/`; those that could not be loaded, too. */
  readonly files: readonly string[];
  /** The same by files, in their order. */
  readonly byFile: readonly LoadedFile[];
  readonly dags: readonly LoadedDag[];
  /** What the author's calls were given and could not use: the models do without it. */
  readonly mistakes: readonly Mistake[];
  /** Files that could not be bundled or evaluated. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface BuildableProject extends LoadedProject {
  readonly bundle: Bundle;
}

/** What the load of one DAG file yields. */
export interface LoadedFile extends Pick<LoadedProject, "dags" | "mistakes" | "diagnostics"> {
  readonly file: string;
}

/** A call, and the way to the value inside it that is meant. */
export interface Spot {
  readonly call: Place;
  readonly path?: ValuePath;
}

export interface Mistake {
  readonly at: Spot;
  /** The DAG file that was evaluated: the call may lie in a module of it. */
  readonly dagFile: string;
  readonly text: string;
  readonly remedy: string;
  readonly fix?: { readonly at: Spot; readonly change: Change };
}

export interface LoadedDag {
  readonly model: DagModel;
  /** The options of the DAG that the author set: in the model a default looks the same. */
  readonly given: readonly string[];
  /** The DAG file, relative to the root, with `/`. */
  readonly file: string;
  readonly sites: DagSites;
}

/** Where the DAG's parts were written: the calls that made them. Null where that is not known. */
export interface DagSites {
  readonly dag: Place | null;
  /** Parallel to `model.tasks`. */
  readonly tasks: readonly (Place | null)[];
  /** Parallel to `model.groups`. */
  readonly groups: readonly (Place | null)[];
  /** Between tasks; those that a group stands for, too. */
  readonly edges: readonly EdgeSite[];
  /** Tasks that were defined and are not in the model. */
  readonly unplaced: readonly { readonly id: string; readonly place: Place }[];
}

export interface EdgeSite {
  readonly upstream: string;
  readonly downstream: string;
  readonly spot: Spot | null;
}

export interface Bundle {
  /** Path within the build's `dagwright` folder → content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** DAG file → path of its bundle within it; files that do not bundle are missing. */
  readonly chunks: ReadonlyMap<string, string>;
  /** Path of the task process's main within it. */
  readonly taskMain: string;
}

/** In the order of the files, with those that did not bundle. */
export function allLoaded(
  files: readonly string[],
  evaluated: readonly LoadedFile[],
  broken: ReadonlyMap<string, readonly Diagnostic[]>,
): LoadedFile[] {
  const loaded = new Map(evaluated.map((one) => [one.file, one]));
  return files.map((file) => loaded.get(file) ?? { file, dags: [], mistakes: [], diagnostics: broken.get(file) ?? [] });
}

export function joinFiles(root: string, byFile: readonly LoadedFile[]): LoadedProject {
  return {
    root,
    files: byFile.map(({ file }) => file),
    byFile,
    dags: byFile.flatMap(({ dags }) => dags),
    mistakes: byFile.flatMap(({ mistakes }) => mistakes),
    diagnostics: byFile.flatMap(({ diagnostics }) => diagnostics),
  };
}
