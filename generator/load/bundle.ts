// All DAG files and the task process's main in one esbuild graph: shared modules exist once, and what the generator evaluates
// is byte for byte what the workers run.

import { dirname, join, relative, resolve, sep } from "node:path";
import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message } from "esbuild";
import { KnownError } from "../../runtime/errors.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Bundle } from "./loaded.ts";
import { ownNamespace, ownRuntime, taskMainImport } from "./own-runtime.ts";

export interface BundledProject {
  readonly bundle: Bundle;
  /** DAG file → path of its bundle; files that do not bundle are missing. */
  readonly chunks: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

export async function bundleProject(root: string, files: readonly string[]): Promise<BundledProject> {
  const diagnostics: Diagnostic[] = [];
  let entries = files;
  for (;;) {
    const result = await bundle(root, entries);
    if (result.ok) return { ...result.project, diagnostics };
    // One unresolved import fails the whole graph: report it, leave that entry out, build again.
    const broken = await findBrokenEntries(root, entries);
    diagnostics.push(...broken.diagnostics);
    if (broken.entries.length === 0) throw cannotBundle("the project", result.errors);
    entries = entries.filter((entry) => !broken.entries.includes(entry));
  }
}

type Attempt =
  | { readonly ok: true; readonly project: Omit<BundledProject, "diagnostics"> }
  | { readonly ok: false; readonly errors: readonly Message[] };

async function bundle(root: string, entries: readonly string[]): Promise<Attempt> {
  try {
    const result = await build({
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
      sourcesContent: false,
      sourceRoot: "",
      legalComments: "none",
      metafile: true,
      ...shared,
    });
    return { ok: true, project: collect(root, result, entries) };
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    return { ok: false, errors };
  }
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

/**
 * CommonJS packages inside an ESM bundle call `require`, and ask for their folder: they get the bundle's. Under another name, because modules
 * may declare their own `__dirname`; esbuild renames only what nobody declares.
 */
const commonJsBanner = [
  `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
  `const { dirname: __bundleFolder, filename: __bundleFile } = import.meta;`,
].join(" ");

/** What every bundle of the project is made with. */
const shared = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  loader: { ".sql": "text" },
  banner: { js: commonJsBanner },
  define: { __dirname: "__bundleFolder", __filename: "__bundleFile" },
  plugins: [ownRuntime],
  external: ["pg-native"],
  write: false,
  logLevel: "silent",
} as const satisfies BuildOptions;

function chunkName(file: string): string {
  return file
    .replace(/^dags\//, "")
    .replace(/\.ts$/, "")
    .replaceAll("/", ".");
}

function collect(root: string, result: BuildResult<{ write: false; metafile: true }>, entries: readonly string[]) {
  const folder = join(root, outdir);
  const files = new Map(
    result.outputFiles.map(({ path, contents }) => [
      relative(folder, path),
      path.endsWith(".map") ? withProjectPaths(root, dirname(path), contents) : contents,
    ]),
  );
  const outputs = Object.entries(result.metafile.outputs);
  // By its own name, which holds the file's: the metafile tells where a symbolic link leads.
  const outputOf = (name: string) => {
    const prefix = `${outdir}/chunks/${name}-`;
    const found = outputs.find(
      ([path]) => path.startsWith(prefix) && /^[A-Z0-9]{8}\.mjs$/.test(path.slice(prefix.length)),
    );
    if (!found) throw new Error(`esbuild made no output for ${name}`);
    return relative(outdir, found[0]);
  };
  return {
    bundle: { files, taskMain: outputOf("task-main") },
    chunks: new Map(entries.map((file) => [file, outputOf(chunkName(file))])),
  };
}

/** One module by itself, e.g. the configuration, as ESM. @throws KnownError naming the place that does not bundle. */
export async function bundleModule(root: string, file: string): Promise<string> {
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: [file],
      sourcemap: "inline",
      sourcesContent: false,
      ...shared,
    });
    return result.outputFiles[0]!.text;
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    throw cannotBundle(file, errors);
  }
}

/** What lies in no entry: the configuration, or a package.json or tsconfig.json on the way. */
function cannotBundle(what: string, [first]: readonly Message[]): KnownError {
  const { text, location } = first!;
  return new KnownError({
    what: `${what} cannot be bundled`,
    where: location ? `${location.file}:${location.line}:${location.column + 1}` : what,
    found: text,
    remedy: `Correct ${location?.file ?? what}`,
    isRetryable: false,
  });
}

async function findBrokenEntries(root: string, entries: readonly string[]) {
  const attempts = await Promise.all(entries.map(async (entry) => ({ entry, attempt: await bundle(root, [entry]) })));
  const broken = attempts.flatMap(({ entry, attempt }) => (attempt.ok ? [] : [{ entry, errors: attempt.errors }]));
  return {
    entries: broken.map(({ entry }) => entry),
    diagnostics: broken.flatMap(({ entry, errors }) => errors.map((error) => toDiagnostic(entry, error))),
  };
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
