// One finished build that stays as it is, for `--build DIR`: no sources are needed, nothing is watched. Everything that could be wrong with the
// folder is said before the first run, not by the first task.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { KnownError } from "../../runtime/errors.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { type Manifest, manifestFile, readManifest, taskMainFile } from "../../runtime/manifest.ts";
import type { Io } from "../command.ts";
import { keepBuild } from "./keep-build.ts";
import type { LiveBuild, LiveBuilds } from "./live-builds.ts";

/** Where the manifest is, seen from what people name: the folder of the build, its `dags`, or the manifest's own. */
const ways = [".", "dagwright", join("dags", "dagwright")];
const mostShown = 3;

/** @param named as it was typed. @throws KnownError when that is no finished build of this version, with all its files. */
export function openFixedBuild(io: Pick<Io, "workingDirectory" | "projectRoot">, named: string): LiveBuilds {
  const folder = findBuildFolder(resolve(io.workingDirectory, named), named);
  checkFiles(folder, readOwnManifest(folder));
  const build: LiveBuild = { buildFolder: keepBuild(folder, io.projectRoot), broken: [], kept: [] };
  return { first: async () => build, onChange: () => {}, onFailure: () => {}, stop: async () => {} };
}

function findBuildFolder(folder: string, named: string): string {
  const quoted = JSON.stringify(named);
  const stat = named === "" ? undefined : statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw refusal("--build names nothing that is there", quoted);
  if (!stat.isDirectory()) throw refusal("--build is not a folder", quoted);
  const places = ways.map((way) => join(folder, way));
  const found = places.find((place) => existsSync(join(place, manifestFile)));
  if (found !== undefined) return found;
  if (places.some((place) => existsSync(join(place, "chunks")))) {
    throw refusal("--build names a build that did not come to its end", `${quoted} has bundles and no ${manifestFile}`);
  }
  throw refusal("--build is not the folder of a build", `${quoted} holds ${describeContent(folder)}`);
}

function refusal(what: string, found: string): KnownError {
  const remedy = "Run `npx dagwright build --out build` in the project, and give its folder: --build build";
  return new KnownError({ what, where: "--build", found, remedy, isRetryable: false });
}

function describeContent(folder: string): string {
  const names = explainFileErrors("the build cannot be read", folder, () => readdirSync(folder)).sort();
  if (names.length === 0) return "nothing";
  return `${names.slice(0, mostShown).join(", ")}${names.length > mostShown ? ", …" : ""}`;
}

function readOwnManifest(folder: string): Manifest {
  const path = join(folder, manifestFile);
  const version = readVersion(path);
  if (version === undefined || version === 1) return readManifest(folder);
  throw new KnownError({
    what: "the build was made by another version of dagwright",
    where: path,
    found: `version ${JSON.stringify(version)}; this dagwright runs version 1`,
    remedy: "Build it again with the dagwright that is to run it: npx dagwright build",
    isRetryable: false,
  });
}

/** Undefined: it is none of any version, and whoever reads it whole says why. */
function readVersion(path: string): unknown {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { version?: unknown } | null)?.version;
  } catch {
    return undefined;
  }
}

function checkFiles(folder: string, { dags, bundles = [] }: Manifest): void {
  // Maps only tell where an error comes from. Whoever deploys it may rename the folders above.
  const ofBuild = bundles.filter((path) => !path.endsWith(".map")).map((path) => path.replace("dags/dagwright/", ""));
  const needed = new Set([taskMainFile, ...dags.map(({ chunk }) => chunk), ...ofBuild]);
  const missing = [...needed].filter((path) => !existsSync(join(folder, path)));
  if (missing.length === 0) return;
  const names = missing.slice(0, mostShown);
  const more = missing.length > mostShown ? ` and ${missing.length - mostShown} more` : "";
  throw new KnownError({
    what: "files of the build are missing",
    where: folder,
    found: `${names.join(", ")}${more}`,
    remedy: "Copy the build as a whole, or run `npx dagwright build` again",
    isRetryable: false,
  });
}
