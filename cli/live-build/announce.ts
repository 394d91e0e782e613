// Who waits for a build or listens for the next, and whether a report is news to them.

import type { Trouble } from "../../runtime/errors.ts";
import type { BuildReport } from "./build-report.ts";
import type { LiveBuild, LiveBuilds } from "./live-builds.ts";

export interface Announcer extends Pick<LiveBuilds, "first" | "onChange" | "onFailure"> {
  /** Returns whether it was news. */
  announce(report: BuildReport): boolean;
  /** The last that was built. */
  live(): LiveBuild | undefined;
  /** There will be none. */
  end(): void;
}

export function createAnnouncer(): Announcer {
  const changed: ((build: LiveBuild) => void)[] = [];
  const failed: ((trouble: Trouble) => void)[] = [];
  let live: LiveBuild | undefined;
  let trouble: Trouble | undefined;
  let settle: { readonly resolve: (build: LiveBuild) => void; readonly reject: (reason: Error) => void };
  const first = new Promise<LiveBuild>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who does not ask for it is not told that it never came.
  first.catch(() => {});

  const announceFailure = (found: Trouble): boolean => {
    const isSame = JSON.stringify(found) === JSON.stringify(trouble);
    trouble = found;
    if (!isSame) for (const listener of failed) listener(found);
    return !isSame;
  };
  const announceBuild = (build: LiveBuild): boolean => {
    const isFirst = live === undefined;
    // What follows a failure is news, whatever it is: the failure is over.
    const isSame = trouble === undefined && JSON.stringify(build) === JSON.stringify(live);
    trouble = undefined;
    live = build;
    if (isFirst) settle.resolve(build);
    else if (!isSame) for (const listener of changed) listener(build);
    return !isSame;
  };
  return {
    first: () => first,
    onChange: (listener) => void changed.push(listener),
    onFailure: (listener) => void failed.push(listener),
    announce: (report) => (report.kind === "failed" ? announceFailure(report.trouble) : announceBuild(report.build)),
    live: () => live,
    end: () => settle.reject(new Error("the live builds were stopped")),
  };
}
