// After a build: whether to tell of it, and when to build again. Pure.

import type { BuildReport } from "./build-report.ts";

/** Editors write twice, a checkout writes hundreds of files: a build begins when nothing was written for so long. */
export const quietMs = 50;
/** Something writes all the time: the build begins nevertheless. */
export const longestWaitMs = 1_000;
/** A file that is written again and again is shown as it is after so many builds. */
const mostUntold = 3;
/** DAG files that write what they read start a build with each build: these become rarer. */
const rarestMs = 60_000;
/** A disk was full, or memory short: no file changes when that is over. */
export const failedRetryMs = 600_000;

/** Of builds in a row, each of which began because something was written during the one before. */
export interface Row {
  /** Those that nobody was told of. */
  readonly untold: number;
  /** Those that were no news. */
  readonly repeats: number;
}

export const noRow: Row = { untold: 0, repeats: 0 };

/** A file that is written while it is read looks broken: that waits for the next build. */
export function isToldNow(report: BuildReport, isChangedMeanwhile: boolean, { untold }: Row): boolean {
  const isWhole = report.kind === "built" && report.build.broken.length === 0;
  return !isChangedMeanwhile || isWhole || untold >= mostUntold;
}

/** @param isNews undefined: nobody was told. */
export function nextRow(isChangedMeanwhile: boolean, isNews: boolean | undefined, { untold, repeats }: Row): Row {
  if (!isChangedMeanwhile) return noRow;
  if (isNews === undefined) return { untold: untold + 1, repeats };
  return { untold: 0, repeats: isNews ? 0 : repeats + 1 };
}

/** Milliseconds that must be quiet; undefined: nothing is to be done. */
export function nextWaitMs(report: BuildReport, isChangedMeanwhile: boolean, { repeats }: Row): number | undefined {
  if (isChangedMeanwhile) return Math.min(quietMs * 4 ** repeats, rarestMs);
  return report.kind === "failed" ? failedRetryMs : undefined;
}
