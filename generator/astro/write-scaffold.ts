// The scaffold of an Astro project to disk: what is not there yet. What is there is its owner's.

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { airflowSettingsFile } from "../../runtime/airflow-settings.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { createFolder, isSame, writeAtomically } from "../build/write-file.ts";
import { nodeLines } from "./runtime-image.ts";

export interface WrittenScaffold {
  readonly written: readonly string[];
  /** Of them, those that say something else than a new one would. */
  readonly left: readonly string[];
}

/** @throws KnownError when one cannot be written. */
export function writeScaffold(out: string, files: ReadonlyMap<string, string>): WrittenScaffold {
  const written: string[] = [];
  const left: string[] = [];
  for (const [path, content] of files) {
    explainFileErrors("the Astro project cannot be written", join(out, path), () => {
      if (!isThere(join(out, path))) {
        createFolder(dirname(join(out, path)));
        writeAtomically(join(out, path), Buffer.from(content));
        written.push(path);
      } else if (!isSame(join(out, path), Buffer.from(content))) left.push(path);
    });
  }
  return { written, left };
}

/** What a checkout lacks, without the file that is in none. */
export function findMissingScaffold(out: string, files: ReadonlyMap<string, string>): string[] {
  // Not in git: a checkout need not have it.
  return [...files.keys()].filter((path) => path !== airflowSettingsFile && !isThere(join(out, path)));
}

/** One sentence, when the image has no Node by the look of it: on it no task can run. */
export function findNodeWarning(out: string): string | undefined {
  return explainFileErrors("the Dockerfile cannot be read", out, () => {
    if (!existsSync(join(out, "Dockerfile"))) return undefined;
    const texts = ["Dockerfile", "packages.txt"].map((name) => join(out, name)).filter((path) => existsSync(path));
    const lines = texts.flatMap((path) => readFileSync(path, "utf8").split("\n"));
    if (lines.some((line) => !/^\s*#/.test(line) && /node/i.test(line))) return undefined;
    return `the Dockerfile puts no Node into the image, and every task needs it. Add the lines: ${nodeLines.join(" / ")}`;
  });
}

/** A link that leads nowhere is somebody's, too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
