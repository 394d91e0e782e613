// What the process that builds is asked, and what it answers: plain JSON, once for each request.

import type { Trouble } from "../../runtime/errors.ts";
import type { LiveBuild } from "./live-builds.ts";

export interface BuildRequest {
  readonly root: string;
  /** Of dagwright. */
  readonly version: string;
}

export type BuildReport =
  | {
      readonly kind: "built";
      readonly build: LiveBuild;
      /** Paths, relative to the root or absolute, that a build depends on beside the modules in `dags`. Some do not exist. */
      readonly dependsOn: readonly string[];
    }
  | { readonly kind: "failed"; readonly trouble: Trouble; readonly dependsOn: readonly string[] };
