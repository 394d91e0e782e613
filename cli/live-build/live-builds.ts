// What the scheduler runs: one finished build at a time, told anew when it changes. Two sources have this shape: the sources of a project,
// built whenever they change (start-live-builds.ts), and one build that somebody else made (fixed-build.ts).

import type { Trouble } from "../../runtime/errors.ts";
import type { BrokenFile } from "../../runtime/scheduler/take-build.ts";

export interface LiveBuild {
  /** The folder of its manifest, task main and bundles. */
  readonly buildFolder: string;
  /** DAG files that are not in it for their errors; sorted. */
  readonly broken: readonly BrokenFile[];
  /** DAGs of broken files that were live before: they go on in the build that had them last. None of them is in this build. */
  readonly kept: readonly KeptDag[];
}

export interface KeptDag {
  readonly dagId: string;
  readonly file: string;
  /** As that of a live build. */
  readonly buildFolder: string;
}

export interface LiveBuilds {
  /** Resolves with the first; waits as long as there is none, e.g. while the configuration is broken. Rejects when it is stopped before. */
  first(): Promise<LiveBuild>;
  /** Told of each after the first that differs from the one before, and of the one that follows a failure. */
  onChange(listener: (build: LiveBuild) => void): void;
  /** Told when nothing could be built at all: what was live before stays live. Told again only when the trouble is another. */
  onFailure(listener: (trouble: Trouble) => void): void;
  /** Resolves when no process and no watcher is left. */
  stop(): Promise<void>;
}
