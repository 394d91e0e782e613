// What one load of a project leaves to the next: the models of each file, and everything that they were made of. What was written while they were
// loaded may have been read before or after, so it leaves nothing.

import { resolve } from "node:path";
import { fingerprintFile, fingerprintText, isTouchedSince } from "./fingerprint.ts";
import type { Reached } from "./import-graph.ts";
import type { LoadedFile } from "./loaded.ts";
import { type Observed, quietVariables } from "./observe-surroundings.ts";

export interface KnownLoad {
  readonly files: ReadonlyMap<string, KnownFile>;
  readonly observed: Observed;
  /** Of the files and variables that were looked at. */
  readonly surroundings: string;
}

export interface KnownFile {
  readonly loaded: LoadedFile;
  readonly chunk: string;
  /** Modules that earlier files had evaluated. */
  readonly before: string;
  /** Of the sources that comments are read from: no bundle holds those. */
  readonly texts: string;
}

export interface Remembered {
  /** When the load began: milliseconds since 1970. */
  readonly startedAt: number;
  readonly loaded: readonly LoadedFile[];
  readonly reached: Reached;
  readonly observed: Observed | undefined;
  readonly chunks: ReadonlyMap<string, string>;
  /** Of the files that were not loaded now. */
  readonly kept: KnownLoad["files"];
}

/** Undefined: nobody can tell what the models depend on. */
export function remember(root: string, remembered: Remembered): KnownLoad | undefined {
  const { startedAt, loaded, reached, observed: seen, chunks, kept } = remembered;
  if (seen === undefined || seen.isOpen) return undefined;
  const observed = { ...seen, files: [...new Set(seen.files)], environment: [...new Set(seen.environment)] };
  const isOld = (path: string) => !isTouchedSince(resolve(root, path), startedAt);
  if (!observed.files.every(isOld)) return undefined;
  const sound = loaded.filter(({ diagnostics, mistakes }) => diagnostics.length + mistakes.length === 0);
  const files = sound
    .filter((one) => kept.has(one.file) || sourcesOf(one).every(isOld))
    .map((one): readonly [string, KnownFile] => {
      const same = kept.get(one.file);
      if (same) return [one.file, same];
      const { file } = one;
      const before = reached.before.get(file)!.join("\0");
      return [file, { loaded: one, chunk: chunks.get(file)!, before, texts: textsOf(root, one) }];
    });
  return { files: new Map(files), observed, surroundings: surroundingsOf(root, observed) };
}

export function isSameSurroundings(root: string, { observed, surroundings }: KnownLoad): boolean {
  return surroundingsOf(root, observed) === surroundings;
}

function surroundingsOf(root: string, { files, environment, usesWorkingDirectory }: Observed): string {
  const prints = files.map((path) => fingerprintFile(root, path));
  const variables = [...quietVariables, ...environment].map((name) => fingerprintText(process.env[name]));
  return [...prints, ...variables, usesWorkingDirectory ? process.cwd() : ""].join();
}

export function textsOf(root: string, loaded: LoadedFile): string {
  return sourcesOf(loaded)
    .map((path) => fingerprintFile(root, path))
    .join();
}

function sourcesOf({ file, dags }: LoadedFile): string[] {
  const places = dags.flatMap(({ sites }) => [sites.dag, ...sites.tasks, ...sites.groups]);
  return [...new Set([file, ...places.flatMap((place) => place?.file ?? [])])];
}
