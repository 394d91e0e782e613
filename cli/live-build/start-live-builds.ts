// Builds the project's sources whenever they change. Here only is decided when to build and whom to tell: the work is done by a process of its
// own (builder.ts), so this one stays small and answers at once.

import type { Io } from "../command.ts";
import { touchBuild } from "../touch-build.ts";
import { type Announcer, createAnnouncer } from "./announce.ts";
import { type Builder, type BuilderLimits, createBuilder } from "./builder.ts";
import type { LiveBuilds } from "./live-builds.ts";
import { isToldNow, longestWaitMs, nextRow, nextWaitMs, noRow, quietMs } from "./plan-next.ts";
import { type SourceWatch, type WatchOptions, watchSources } from "./watch-sources.ts";

export interface LiveBuildLimits extends BuilderLimits, Pick<WatchOptions, "lookMs" | "lookWithoutWatchesMs"> {}

/** Far less than the time after which a build that nobody uses is removed. */
const touchMs = 3_600_000;

type LiveIo = Pick<Io, "projectRoot" | "version" | "stderr">;

export function startLiveBuilds(io: LiveIo, limits: LiveBuildLimits = {}): LiveBuilds {
  const announcer = createAnnouncer();
  const builder = createBuilder({ root: io.projectRoot, version: io.version }, limits);
  const builds = scheduleBuilds(builder, announcer, (onEvent) =>
    watchSources(io.projectRoot, { ...limits, onEvent, warn: io.stderr }),
  );
  const touching = setInterval(() => {
    const live = announcer.live();
    for (const { buildFolder } of live ? [live, ...live.kept] : []) touchBuild(buildFolder);
  }, touchMs);
  return {
    first: announcer.first,
    onChange: announcer.onChange,
    onFailure: announcer.onFailure,
    stop: async () => {
      clearInterval(touching);
      builds.stop();
      await builder.stop();
      announcer.end();
    },
  };
}

/** The first build begins at once, each other one with a change. */
function scheduleBuilds(
  builder: Builder,
  announcer: Announcer,
  startWatch: (onEvent: () => void) => SourceWatch,
): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let waitingSince: number | undefined;
  let isBuilding = false;
  let isChangedMeanwhile = false;
  let isStopped = false;
  let dependsOn: readonly string[] = [];
  let row = noRow;

  const watch = startWatch(() => {
    if (isBuilding) {
      isChangedMeanwhile = true;
      return;
    }
    row = noRow;
    builder.warm();
    waitingSince ??= Date.now();
    buildIn(Math.min(quietMs, Math.max(waitingSince + longestWaitMs - Date.now(), 0)));
  });
  const buildIn = (waitMs: number | undefined) => {
    clearTimeout(timer);
    if (waitMs !== undefined) timer = setTimeout(() => void build(), waitMs);
  };
  const build = async () => {
    waitingSince = undefined;
    isBuilding = true;
    isChangedMeanwhile = false;
    watch.begin();
    const report = await builder.build();
    if (isStopped) return;
    // What a build that failed depended on, nobody knows: all that the last one did.
    dependsOn = report.kind === "built" ? report.dependsOn : [...new Set([...dependsOn, ...report.dependsOn])];
    watch.follow(dependsOn);
    isBuilding = false;
    const isNews = isToldNow(report, isChangedMeanwhile, row) ? announcer.announce(report) : undefined;
    row = nextRow(isChangedMeanwhile, isNews, row);
    // A listener may have stopped it.
    if (!isStopped) buildIn(nextWaitMs(report, isChangedMeanwhile, row));
  };
  void build();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      watch.stop();
    },
  };
}
