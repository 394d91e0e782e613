// All DAG files and the task process's main in one esbuild graph: shared modules exist once, and what the generator evaluates
// is byte for byte what the workers run.

import { dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../diagnostic.ts";
import { hasComputedImport, hasPattern, type Inputs } from "./bundle-lazily.ts";
import { bundleSound } from "./bundle-sound.ts";
import type { Bundle } from "./loaded.ts";
import { ownNamespace, ownRuntime, taskMainImport } from "./own-runtime.ts";
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

async function bundle(root: string, entries: readonly string[]): Promise<Attempt<BundledEntries>> {
  const attempt = await runEsbuild({
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
    plugins: [ownRuntime],
  });
  return attempt.ok ? { ok: true, result: collect(root, attempt.result, entries) } : attempt;
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

function collect(root: string, result: Bundled, entries: readonly string[]): BundledEntries {
  const folder = join(root, outdir);
  const files = new Map(
    result.outputFiles.map(({ path, contents }) => [
      relative(folder, path),
      path.endsWith(".map") ? withProjectPaths(root, dirname(path), contents) : contents,
    ]),
  );
  // By its own name, which holds the file's: the metafile tells where a symbolic link leads.
  const { inputs, outputs } = result.metafile;
  const names = Object.keys(outputs);
  const byEntry = new Map(names.map((path) => [path.replace(/-[A-Z0-9]{8}\.mjs$/, ""), path]));
  const outputOf = (name: string) => {
    const found = byEntry.get(`${outdir}/chunks/${name}`);
    if (found === undefined) throw new Error(`esbuild made no output for ${name}`);
    return relative(outdir, found);
  };
  const taskMain = outputOf("task-main");
  const ofDags = [...files].filter(([path]) => path.endsWith(".mjs") && path !== taskMain);
  const withinBuild = (path: string) => relative(outdir, path);
  const bundled = (path: string) => outputs[path]!.imports.filter(({ external }) => !external);
  return {
    bundle: {
      files,
      chunks: new Map(entries.map((file) => [file, outputOf(chunkName(file))])),
      taskMain,
    },
    inputs,
    importsValues: hasPattern(inputs) || ofDags.some(([, code]) => hasComputedImport(textOf(code))),
    importsOf: new Map(names.map((name) => [withinBuild(name), bundled(name).map(({ path }) => withinBuild(path))])),
  };
}
