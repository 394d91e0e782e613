// Where a build may go: anywhere but among the project's own sources and what tools keep there. Nothing is written here.

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { KnownError } from "../../runtime/errors.ts";

/** Others write there, or read what they find there as sources. */
const kept = ["dags", "node_modules", ".dagwright", ".git"];

export type OutputOption = "--out" | "--astro";

const remedies: Readonly<Record<OutputOption, string>> = {
  "--out": "Name a folder for the build alone, e.g. --out build; its folder dags is written",
  "--astro":
    "Name the Astro project's own folder, e.g. --astro astro; its folder dags gets the build, where yours holds the sources",
};

/**
 * @param out as it was typed, relative to the project.
 * @throws KnownError when it is, holds or lies in a folder that is not for builds.
 */
export function getOutputFolder(root: string, out: string, option: OutputOption = "--out"): string {
  const refusal = (reason: string) =>
    new KnownError({
      what: "the build cannot go there",
      where: option,
      found: `${JSON.stringify(out)}: ${reason}`,
      remedy: remedies[option],
      isRetryable: false,
    });
  const folder = resolve(root, out);
  if (out.trim() === "") throw refusal("it is empty");
  const [realFolder, realRoot] = [realPath(folder), realPath(root)];
  if (isWithin(realRoot, realFolder)) {
    throw refusal(realRoot === realFolder ? "it is the project's folder" : "the project lies in it");
  }
  // An Astro project gets a copy of the data, which may not lie in itself.
  const taken = (option === "--astro" ? [...kept, "include"] : kept).find((name) => {
    const real = realPath(join(root, name));
    return isWithin(realFolder, real) || isWithin(real, realFolder);
  });
  if (taken !== undefined) throw refusal(`the project's ${taken} folder is no place for a build`);
  return folder;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Links followed as far as the path exists. */
function realPath(path: string): string {
  if (existsSync(path) || path === dirname(path)) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}
