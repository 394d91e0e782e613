// One unresolved import fails the whole graph: which entries are broken, what is wrong with each, and the bundle of all others.

import type { Message } from "esbuild";
import type { Diagnostic } from "../diagnostic.ts";
import { type Attempt, cannotBundle } from "./run-esbuild.ts";

export interface SoundBundle<T> {
  readonly result: T;
  /** Those that are in it. */
  readonly entries: readonly string[];
  /** All others, and what is wrong with each. */
  readonly broken: ReadonlyMap<string, readonly Diagnostic[]>;
}

type BundleEntries<T> = (entries: readonly string[]) => Promise<Attempt<T>>;

/** @throws KnownError when what is wrong lies in no entry. */
export async function bundleSound<T>(files: readonly string[], bundle: BundleEntries<T>): Promise<SoundBundle<T>> {
  const diagnostics = new Map<string, readonly Diagnostic[]>();
  let entries = files;
  for (;;) {
    const attempt = await bundle(entries);
    if (attempt.ok) return { result: attempt.result, entries, broken: diagnostics };
    const broken = await findBroken(entries, attempt.errors, bundle);
    if (broken.size === 0) throw cannotBundle("the project", attempt.errors);
    for (const [entry, errors] of broken) {
      diagnostics.set(
        entry,
        errors.map((error) => toDiagnostic(entry, error)),
      );
    }
    entries = entries.filter((entry) => !broken.has(entry));
  }
}

type Broken = ReadonlyMap<string, readonly Message[]>;

/** Those that are named by an error, each by itself; the rest, which may import one of them, by halves. */
async function findBroken<T>(
  entries: readonly string[],
  errors: readonly Message[],
  bundle: BundleEntries<T>,
): Promise<Broken> {
  const named = new Set(errors.map(({ location }) => location?.file));
  const alone = entries.filter((entry) => named.has(entry)).map((entry) => [entry]);
  const parts = [...alone, entries.filter((entry) => !named.has(entry))];
  const broken = new Map<string, readonly Message[]>();
  for (let part = parts.pop(); part; part = parts.pop()) {
    if (part.length === 0) continue;
    const attempt = await bundle(part);
    if (attempt.ok) continue;
    const middle = Math.ceil(part.length / 2);
    if (part.length === 1) broken.set(part[0]!, attempt.errors);
    else parts.push(part.slice(0, middle), part.slice(middle));
  }
  return broken;
}

function toDiagnostic(entry: string, { text, location }: Message): Diagnostic {
  return {
    code: "import-error",
    severity: "error",
    ...(location === null || location.file === entry ? {} : { dagFile: entry }),
    file: location?.file ?? entry,
    line: location?.line ?? 1,
    column: (location?.column ?? 0) + 1,
    text: `${entry} cannot be bundled: ${text}`,
    remedy: remedyFor(text, location?.file ?? entry),
  };
}

function remedyFor(text: string, file: string): string {
  if (/Could not resolve/.test(text)) return "Install the package, or correct the path of the import";
  if (/No loader is configured for "\.node" files/.test(text)) {
    return "A native addon fits one machine and cannot go into a build: use a package in plain JavaScript or WebAssembly, or install this one on the workers and call it with dag.bash";
  }
  return `Correct the code in ${file}`;
}
