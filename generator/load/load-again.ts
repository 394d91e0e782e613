// Loads a project again and again, as its files change: everything is bundled, which is quick, and only those files are evaluated whose models
// may have become others. What comes out is what loadProject would yield.

import { type BundledProject, bundleProject } from "./bundle.ts";
import type { Inputs } from "./bundle-lazily.ts";
import { runtimeModules } from "./compiled.ts";
import { type EvaluationLimits, startEvaluator } from "./evaluate.ts";
import { getDagFiles } from "./find-dag-files.ts";
import { findReached, type ImportGraph, type Reached } from "./import-graph.ts";
import { isSameSurroundings, type KnownLoad, remember, textsOf } from "./known-load.ts";
import { evaluateBundled } from "./load-project.ts";
import { allLoaded, type BuildableProject, joinFiles, type LoadedFile } from "./loaded.ts";
import { joinObserved, nothingObserved } from "./observe-surroundings.ts";
import { ownNamespace } from "./own-runtime.ts";
import { findSurroundings, toGraph } from "./resolution.ts";

export interface LoadedAgain {
  readonly project: BuildableProject;
  /** For the next time; undefined where nobody can tell what the models depend on. */
  readonly known: KnownLoad | undefined;
  /** What was bundled, and what it imports. */
  readonly graph: ImportGraph;
  /** What DAG files looked at while they were evaluated: absolute paths. */
  readonly observedFiles: readonly string[];
}

/** @param known from the load before. @throws KnownError when the project has no DAG files. */
export async function loadAgain(
  root: string,
  known: KnownLoad | undefined,
  limits: EvaluationLimits = {},
): Promise<LoadedAgain> {
  const startedAt = Date.now();
  const files = getDagFiles(root);
  const child = startEvaluator();
  try {
    const bundled = await bundleProject(root, files);
    const { bundle, broken, importsValues } = bundled;
    const graph = graphOf(root, bundled);
    const all = [...bundle.chunks.keys()];
    const reached = findReached(graph, all);
    const chosen = known ? chooseFiles(root, { bundled, reached, graph, known }) : all;
    const nothing = { files: [], observed: nothingObserved };
    const some = chosen.length > 0 ? await evaluateBundled(root, { bundled, files: chosen, limits, child }) : nothing;
    const isEnough = chosen.length === all.length || !breaksOthers(some.files, reached);
    const { files: fresh, observed } = isEnough ? some : await evaluateBundled(root, { bundled, files: all, limits });
    const byName = new Map(fresh.map((one) => [one.file, one]));
    const loaded = all.map((file) => byName.get(file) ?? known!.files.get(file)!.loaded);
    const allObserved = fresh.length === all.length ? observed : joinObserved(known!.observed, observed);
    const kept = new Map([...(known?.files ?? [])].filter(([file]) => !byName.has(file)));
    const isTelling = !importsValues && !breaksOthers(fresh, reached);
    return {
      project: { ...joinFiles(root, allLoaded(files, loaded, broken)), bundle },
      known: isTelling
        ? remember(root, { startedAt, loaded, reached, observed: allObserved, chunks: bundle.chunks, kept })
        : undefined,
      graph,
      observedFiles: allObserved?.files ?? [],
    };
  } finally {
    child.kill("SIGKILL");
  }
}

interface Choice {
  readonly bundled: BundledProject;
  readonly reached: Reached;
  readonly graph: ImportGraph;
  readonly known: KnownLoad;
}

/** A bundle's name holds the hash of its content, of its map and of all that it imports. */
function chooseFiles(root: string, { bundled: { bundle }, reached, graph, known }: Choice): readonly string[] {
  const { before, firstOf } = reached;
  const all = [...bundle.chunks.keys()];
  // A link to elsewhere, whose modules are not found by its name.
  if (!all.every((file) => graph[file] !== undefined) || !isSameSurroundings(root, known)) return all;
  const isSame = (file: string) => {
    const one = known.files.get(file);
    return (
      one !== undefined &&
      one.chunk === bundle.chunks.get(file) &&
      one.before === before.get(file)!.join("\0") &&
      one.texts === textsOf(root, one.loaded)
    );
  };
  const chosen = new Set(all.filter((file) => !isSame(file)));
  // What they share with earlier files is those files': these are evaluated before them, as always.
  for (const file of chosen) for (const module of before.get(file)!) chosen.add(firstOf.get(module)!);
  return all.filter((file) => chosen.has(file));
}

/** Where a file breaks off, what it would have evaluated falls to another one. */
function breaksOthers(files: readonly LoadedFile[], { before, firstOf }: Reached): boolean {
  const broken = new Set(files.filter(({ diagnostics }) => diagnostics.length > 0).map(({ file }) => file));
  return broken.size > 0 && [...before.values()].flat().some((module) => broken.has(firstOf.get(module)!));
}

/** This package's own modules, which are in the bundle, count as one that lies beside it. */
function graphOf(root: string, { inputs }: BundledProject): ImportGraph {
  const isOwn = (path: string) => path.startsWith(`${ownNamespace}:`);
  const beside = { path: runtimeModules.dagwright, kind: "import-statement", external: true } as const;
  const others: Inputs = Object.fromEntries(
    Object.entries(inputs)
      .filter(([path]) => !isOwn(path))
      .map(([path, { bytes, imports }]) => [
        path,
        { bytes, imports: imports.map((one) => (isOwn(one.path) ? beside : one)) },
      ]),
  );
  const hasAliases = findSurroundings(root, Object.keys(others))?.hasAliases ?? true;
  return toGraph(root, others, hasAliases);
}
