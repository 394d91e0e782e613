// Which folders to watch, and what in each is of interest: folders, not files, as a machine gives out watches by their number, and as editors
// replace files. A path that does not exist is waited for in the nearest folder that does.

import { existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { listFiles } from "../../generator/load/list-files.ts";

export interface WatchPlan {
  /** By absolute path. */
  readonly folders: ReadonlyMap<string, Interest>;
  /** Absolute paths outside the modules in `dags`; some do not exist. */
  readonly paths: readonly string[];
}

export interface Interest {
  /** Every module in it, and every folder. */
  readonly isOfDags: boolean;
  readonly names: ReadonlySet<string>;
}

/** What decides about every build, whatever is imported. */
const always = ["dags", "dagwright.config.ts", "package.json", "tsconfig.json", "node_modules/.package-lock.json"];

/** @param dependsOn relative to the root, or absolute. */
export function planWatches(root: string, dependsOn: readonly string[]): WatchPlan {
  const dags = join(root, "dags");
  const dagFolders = listFolders(dags, []);
  const inDags = new Set(dagFolders);
  const isCovered = (path: string) => inDags.has(dirname(path)) && isModule(basename(path));
  const paths = [...new Set([...always, ...dependsOn].map((path) => resolve(root, path)))].filter(
    // Above the project much goes on: only what is there counts.
    (path) => !isCovered(path) && (path.startsWith(root + sep) || existsSync(path)),
  );
  const folders = new Map<string, { isOfDags: boolean; names: Set<string> }>();
  for (const folder of dagFolders) folders.set(folder, { isOfDags: true, names: new Set() });
  const known = new Map<string, boolean>();
  for (const path of paths) {
    let name = path;
    while (!isFolder(dirname(name), known) && dirname(name) !== name) name = dirname(name);
    const folder = dirname(name);
    const interest = folders.get(folder) ?? { isOfDags: false, names: new Set() };
    interest.names.add(basename(name));
    folders.set(folder, interest);
  }
  return { folders, paths };
}

function isFolder(path: string, known: Map<string, boolean>): boolean {
  if (!known.has(path)) known.set(path, findStat(path)?.isDirectory() ?? false);
  return known.get(path)!;
}

/** Links followed. @param above where it came from: a link may lead back there. */
function listFolders(folder: string, above: readonly string[]): string[] {
  try {
    const real = realpathSync(folder);
    if (above.includes(real)) return [];
    const inner = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !isIgnored(name));
    const folders = inner.filter(
      (entry) => entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, entry.name), new Map())),
    );
    return [folder, ...folders.flatMap(({ name }) => listFolders(join(folder, name), [...above, real]))];
  } catch {
    // None, gone meanwhile, or one that nobody may look into: the build says so.
    return [];
  }
}

function isIgnored(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}

/** What can be imported; editors write others beside it. */
export function isModule(name: string): boolean {
  return !name.startsWith(".") && /\.([cm]?[jt]sx?|json|sql)$/.test(name);
}

/** Whether an event of a watched folder may mean another build. */
export function isOfInterest({ isOfDags, names }: Interest, path: string): boolean {
  const name = basename(path);
  if (names.has(name)) return true;
  if (!isOfDags || isIgnored(name)) return false;
  // A folder that came or went; it may be gone by now.
  return isModule(name) || !name.includes(".") || isFolder(path, new Map());
}

/** Times and sizes of everything that is watched, for those who cannot be told. */
export interface SourceState {
  readonly modules: string;
  readonly paths: ReadonlyMap<string, string>;
}

export function stateOf(root: string, { paths }: WatchPlan): SourceState {
  const modules = listDags(root).map((file) => `${file} ${stateOfFile(join(root, "dags", file))}`);
  return { modules: modules.join("\n"), paths: new Map(paths.map((path) => [path, stateOfFile(path)])) };
}

/** Of what was watched before, too; the rest, when it was written since. */
export function isOther(before: SourceState, now: SourceState, since: number): boolean {
  if (before.modules !== now.modules) return true;
  return [...now.paths].some(([path, state]) =>
    before.paths.has(path) ? before.paths.get(path) !== state : isWrittenSince(path, since),
  );
}

/** What lies in a folder is no part of it. */
function stateOfFile(path: string): string {
  const stat = findStat(path);
  return stat ? (stat.isFile() ? `${stat.mtimeMs} ${stat.ctimeMs} ${stat.size} ${stat.ino}` : "no file") : "none";
}

function isWrittenSince(path: string, since: number): boolean {
  const stat = findStat(path);
  return stat?.isFile() === true && stat.ctimeMs > since;
}

function listDags(root: string): string[] {
  try {
    return listFiles(join(root, "dags")).filter((file) => isModule(basename(file)));
  } catch {
    return [];
  }
}

/** Undefined, too, for what may not be looked at. */
function findStat(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
