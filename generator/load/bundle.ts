// All DAG files and the task process's main in one esbuild graph: shared modules exist once, and what the generator evaluates
// is byte for byte what the workers run.

import { dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../diagnostic.ts";
import { hasComputedImport, hasPattern, type Inputs } from "./bundle-lazily.ts";
import { bundleSound } from "./bundle-sound.ts";
import type { Bundle } from "./loaded.ts";
import { largeDrivers, ownNamespace, ownRuntime, taskMainImport } from "./own-runtime.ts";
import { type Attempt, type Bundled, runEsbuild } from "./run-esbuild.ts";

export interface BundledProject {
  readonly bundle: Bundle;
  /** What it is made of, as esbuild read it; this package's own modules stand in the namespace of their plugin. */
  readonly inputs: Inputs;
  /** Whether DAG files import what no bundler can follow; the task process's main always does. */
  readonly importsValues: boolean;
  /** Path of a bundle → those that it imports. */
  readonly importsOf: ReadonlyMap<string, readonly string[]>;
  /** DAG files that do not bundle, and what is wrong with each. */
  readonly broken: ReadonlyMap<string, readonly Diagnostic[]>;
}

export async function bundleProject(root: string, files: readonly string[]): Promise<BundledProject> {
  const { result, broken } = await bundleSound(files, (entries) => bundle(root, entries));
  return { ...result, broken };
}

type BundledEntries = Omit<BundledProject, "broken">;

/** Drivers that an earlier bundle of this process could not do without. */
const needed = new Set<string>();

/**
 * The bundler takes along whatever a module could import, also for operators that nobody uses. So first without the large drivers; where
 * what is left after that still asks for one, once more with it.
 */
async function bundle(root: string, entries: readonly string[]): Promise<Attempt<BundledEntries>> {
  const leftOut = largeDrivers.filter((name) => !needed.has(name));
  const attempt = await bundleWithout(root, entries, leftOut);
  if (!attempt.ok) return attempt;
  const live = findLive(attempt.result, entries);
  const { outputs } = attempt.result.metafile;
  const missing = leftOut.filter((name) =>
    [...live].some((path) => outputs[path]!.imports.some((found) => found.path === name)),
  );
  if (missing.length === 0) return { ok: true, result: collect(root, attempt.result, { entries, live }) };
  for (const name of missing) needed.add(name);
  return bundle(root, entries);
}

async function bundleWithout(
  root: string,
  entries: readonly string[],
  leftOut: readonly string[],
): Promise<Attempt<Bundled>> {
  return runEsbuild({
    absWorkingDir: root,
    entryPoints: [
      ...entries.map((file) => ({ in: join(root, file), out: `chunks/${chunkName(file)}` })),
      { in: taskMainImport, out: "chunks/task-main" },
    ],
    outdir,
    outbase: root,
    entryNames: "[dir]/[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    splitting: true,
    sourcemap: "linked",
    sourceRoot: "",
    legalComments: "none",
    plugins: [ownRuntime(leftOut)],
  });
}

/** The outputs that an entry leads to. The bundler also makes some for imports that it then left out with the function around them. */
function findLive({ metafile: { outputs } }: Bundled, entries: readonly string[]): ReadonlySet<string> {
  const outputOf = outputsByName(outputs);
  const live = new Set([...entries.map((file) => outputOf(chunkName(file))), outputOf("task-main")]);
  for (const path of live) {
    for (const { path: imported, external } of outputs[path]!.imports) if (!external) live.add(imported);
  }
  return live;
}

/** By its own name, which holds the file's: the metafile tells where a symbolic link leads. */
function outputsByName(outputs: Bundled["metafile"]["outputs"]): (name: string) => string {
  const byEntry = new Map(Object.keys(outputs).map((path) => [path.replace(/-[A-Z0-9]{8}\.mjs$/, ""), path]));
  return (name) => {
    const found = byEntry.get(`${outdir}/chunks/${name}`);
    if (found === undefined) throw new Error(`esbuild made no output for ${name}`);
    return found;
  };
}

/** Virtual: nothing is written here. Inside the project, because a map's sources are relative to it and count for the hashes. */
const outdir = "build";

/**
 * Sources by their path within the project (`dags/hello.ts`), or within this package. A map then says the same wherever the build
 * lies; whoever prints a stack takes the folder of the bundles off (see runtime/source-paths.ts).
 */
function withProjectPaths(root: string, folder: string, contents: Uint8Array): Uint8Array {
  const map = JSON.parse(Buffer.from(contents).toString()) as { sources: string[] };
  const sources = map.sources.map((source) => {
    if (source.startsWith(ownNamespace)) return source.replace(`${ownNamespace}:`, "dagwright/");
    // A map's sources are addresses: esbuild writes %23 for a # in a folder's name.
    const path = relative(root, resolve(folder, decodeURIComponent(source)));
    return path.split(sep).map(encodeURIComponent).join("/");
  });
  return Buffer.from(JSON.stringify({ ...map, sources }));
}

/** Without a copy, and without reading it as Unicode. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function chunkName(file: string): string {
  return file
    .replace(/^dags\//, "")
    .replace(/\.ts$/, "")
    .replaceAll("/", ".");
}

interface Collectable {
  readonly entries: readonly string[];
  readonly live: ReadonlySet<string>;
}

function collect(root: string, result: Bundled, { entries, live }: Collectable): BundledEntries {
  const folder = join(root, outdir);
  const withinBuild = (path: string) => relative(outdir, path);
  const names = new Set([...live].map(withinBuild));
  const files = new Map(
    result.outputFiles
      .map(({ path, contents }) => ({ path, name: relative(folder, path), contents }))
      .filter(({ name }) => names.has(name.replace(/\.map$/, "")))
      .map(({ path, name, contents }) => [
        name,
        name.endsWith(".map") ? withProjectPaths(root, dirname(path), contents) : contents,
      ]),
  );
  const { inputs, outputs } = result.metafile;
  const outputOf = outputsByName(outputs);
  const taskMain = withinBuild(outputOf("task-main"));
  const ofDags = [...files].filter(([path]) => path.endsWith(".mjs") && path !== taskMain);
  const bundled = (path: string) => outputs[path]!.imports.filter(({ external }) => !external);
  return {
    bundle: {
      files,
      chunks: new Map(entries.map((file) => [file, withinBuild(outputOf(chunkName(file)))])),
      taskMain,
    },
    inputs,
    importsValues: hasPattern(inputs) || ofDags.some(([, code]) => hasComputedImport(textOf(code))),
    importsOf: new Map([...live].map((path) => [withinBuild(path), bundled(path).map((to) => withinBuild(to.path))])),
  };
}
