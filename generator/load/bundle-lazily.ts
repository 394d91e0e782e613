// DAG files as one module that runs each of them when it is asked to. For the linter, which needs no files that a worker could run:
// one bundle and one source map for all, and this package's runtime is not in it but beside it, compiled, as the child has it already.

import { bundleSound, type SoundBundle } from "./bundle-sound.ts";
import { runtimeModules } from "./compiled.ts";
import { type Attempt, type Bundled, cannotBundle, runEsbuild } from "./run-esbuild.ts";

export interface LazyBundle {
  /** Its default export has a function for each file and module, by its path in the project. */
  readonly code: Uint8Array;
  readonly map: Uint8Array;
  readonly inputs: Inputs;
  readonly importsValues: boolean;
}

/** As esbuild read them: path relative to the project → what it imports. */
export type Inputs = Bundled["metafile"]["inputs"];

/** esbuild itself puts these in their place: a plugin would be asked twice for each file. */
const ownRuntimeBeside = {
  alias: runtimeModules,
  external: ["file:///*"],
};

/** @param modules others that the files import and that can be asked for, too. */
export function bundleLazily(
  root: string,
  files: readonly string[],
  modules: readonly string[] = [],
): Promise<SoundBundle<LazyBundle>> {
  return bundleSound(files, (entries) => bundle(root, [...modules, ...entries]));
}

async function bundle(root: string, paths: readonly string[]): Promise<Attempt<LazyBundle>> {
  const functions = paths.map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(`./${path}`)})`);
  const attempt = await runEsbuild({
    absWorkingDir: root,
    stdin: { contents: `export default {\n${functions.join(",\n")}\n};\n`, resolveDir: root, sourcefile: allFiles },
    // In the root, so that the map names sources by their paths in the project. Nothing is written here.
    outfile: "all.mjs",
    sourcemap: "external",
    // Of names that are taken in another file only one can stay; a task may be named after its function.
    keepNames: true,
    ...ownRuntimeBeside,
  });
  if (!attempt.ok) return attempt;
  const { outputFiles, metafile } = attempt.result;
  const { [allFiles]: _, ...inputs } = metafile.inputs;
  const [code, map] = [/\.mjs$/, /\.map$/].map((end) => outputFiles.find(({ path }) => end.test(path))!.contents);
  const importsValues = hasImportOfValue(Buffer.from(code!).toString("latin1"), inputs);
  return { ok: true, result: { code: code!, map: map!, inputs, importsValues } };
}

/**
 * The bundler follows no import of a value, and Node tells nobody of what it loads then. A template that begins with a path it follows to all
 * files that fit, and names none of them: only the pattern, with stars.
 */
function hasImportOfValue(code: string, inputs: Inputs): boolean {
  return hasPattern(inputs) || hasComputedImport(code);
}

export function hasPattern(inputs: Inputs): boolean {
  return Object.values(inputs).some(({ imports }) => imports.some(({ path }) => path.includes("*")));
}

export function hasComputedImport(code: string): boolean {
  return /\bimport\(\s*[^"'\s]/.test(code);
}

/** No name that a file could have. */
const allFiles = "<all DAG files>";

export interface BundledModule {
  readonly code: string;
  readonly inputs: Inputs;
  readonly importsValues: boolean;
}

/** One module by itself, e.g. the configuration, as ESM. @throws KnownError naming the place that does not bundle. */
export async function bundleModule(root: string, file: string): Promise<BundledModule> {
  const attempt = await runEsbuild({
    absWorkingDir: root,
    entryPoints: [file],
    sourcemap: "inline",
    ...ownRuntimeBeside,
  });
  if (!attempt.ok) throw cannotBundle(file, attempt.errors);
  const { outputFiles, metafile } = attempt.result;
  const code = outputFiles[0]!.text;
  return { code, inputs: metafile.inputs, importsValues: hasImportOfValue(code, metafile.inputs) };
}
