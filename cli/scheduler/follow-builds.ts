// Hands each live build to the scheduler, and tells what is broken in it. The first one is not waited for: what an earlier scheduler left goes on
// at once. Only its lines wait, where something is to be shown before them.

import type { Manifest } from "../../runtime/manifest.ts";
import type { Scheduler } from "../../runtime/scheduler/scheduler.ts";
import type { LiveBuild, LiveBuilds } from "../live-build/live-builds.ts";
import type { HeldOutput } from "./hold-output.ts";
import type { SchedulerLog } from "./scheduler-log.ts";

export interface BuildFollower {
  readonly scheduler: Pick<Scheduler, "takeBuild">;
  readonly readManifest: (buildFolder: string) => Manifest;
  readonly log: SchedulerLog;
  readonly output: HeldOutput;
  /** Shown before all else, once it is known what there is. */
  readonly describe: (build: LiveBuild) => string;
}

export function followBuilds(
  builds: LiveBuilds,
  { scheduler, readManifest, log, output, describe }: BuildFollower,
): void {
  const takeBuild = ({ buildFolder, broken }: LiveBuild) => {
    for (const { file, text } of broken) log.say(`${file} is broken: what was live of it goes on:\n${text}`);
    try {
      scheduler.takeBuild({ buildFolder, manifest: readManifest(buildFolder), broken });
    } catch (error) {
      log.say(`nothing new is live: ${(error as Error).message}`);
    }
  };
  const takeFirst = (build: LiveBuild) => {
    try {
      output.release(describe(build));
    } catch {
      // What cannot be read is told when it is taken.
      output.release("");
    }
    takeBuild(build);
  };
  builds.first().then(takeFirst, () => {});
  builds.onChange(takeBuild);
  builds.onFailure(({ what, where, found, remedy }) => {
    output.release("");
    const place = where === undefined ? "" : ` (${where})`;
    log.say(`nothing new is live: ${what}${place}${found === undefined ? "" : `: ${found}`}. ${remedy ?? ""}`);
  });
}
