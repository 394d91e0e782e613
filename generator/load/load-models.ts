// From files of a project to their models, for the linter: as load-project.ts, but without what a build is made of, and so much faster.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleLazily, type Inputs, type LazyBundle } from "./bundle-lazily.ts";
import { withDocComments } from "./doc-comments.ts";
import { type EvaluationLimits, evaluateFiles, startEvaluator } from "./evaluate.ts";
import { getDagFiles } from "./find-dag-files.ts";
import { findReached, type ImportGraph } from "./import-graph.ts";
import { loadProject } from "./load-project.ts";
import { allLoaded, joinFiles, type LoadedFile, type LoadedProject } from "./loaded.ts";
import { joinObserved, type Observed } from "./observe-surroundings.ts";
import { toGraph } from "./resolution.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadModels(root: string, limits: EvaluationLimits = {}): Promise<LoadedProject> {
  const { loaded } = await loadInParts(root, getDagFiles(root), limits);
  return joinFiles(root, loaded);
}

/** A bundle of more would take more memory for nothing: some 80 MB in esbuild and 120 MB in the child for these. */
export const filesOfPart = 1_000;

/** All files, some at a time: what earlier parts have evaluated is not the later ones'. */
export async function loadInParts(
  root: string,
  files: readonly string[],
  limits: EvaluationLimits,
  size = filesOfPart,
): Promise<LoadedFiles> {
  const parts: LoadedFiles[] = [];
  let graph: ImportGraph = {};
  let modules: readonly string[] = [];
  while (parts.length * size < files.length) {
    const done = files.slice(0, parts.length * size);
    const part = files.slice(done.length, done.length + size);
    const loaded = await loadFiles(root, part, limits, {
      modules,
      before: (inputs) => {
        const merged = { ...graph, ...toGraph(root, inputs, false) };
        const { before, firstOf } = findReached(merged, [...done, ...part]);
        const isDone = new Set(done);
        const needed = part.flatMap((file) => before.get(file)!.filter((module) => isDone.has(firstOf.get(module)!)));
        const missing = needed.filter((module) => !modules.includes(module));
        modules = [...new Set([...modules, ...missing])];
        if (missing.length > 0) return undefined;
        graph = merged;
        return [...new Set(needed)];
      },
    });
    if (loaded) parts.push(loaded);
  }
  return {
    loaded: parts.flatMap(({ loaded }) => loaded),
    inputs: Object.assign({}, ...parts.map(({ inputs }) => inputs)) as Inputs,
    observed: parts.map(({ observed }) => observed).reduce(joinObserved),
  };
}

export interface LoadedFiles {
  /** In the order of the files. */
  readonly loaded: readonly LoadedFile[];
  readonly inputs: Inputs;
  /** What the evaluation looked at; undefined where nobody can tell. */
  readonly observed: Observed | undefined;
}

export interface LoadPlan {
  /** Modules that earlier files, which are not loaded now, have evaluated. Undefined once it is seen that more must be loaded. */
  readonly before: (inputs: Inputs) => readonly string[] | undefined;
  /** Those that `before` may name. */
  readonly modules: readonly string[];
}

/** Nothing is loaded when the plan sees that it must be another one. */
export async function loadFiles(
  root: string,
  files: readonly string[],
  limits: EvaluationLimits,
  { before: findBefore, modules }: LoadPlan,
): Promise<LoadedFiles | undefined> {
  const child = startEvaluator();
  const folder = createWorkFolder(root, "lint-");
  try {
    const { result, entries, broken } = await bundleLazily(root, files, modules);
    const before = findBefore(result.inputs);
    if (before === undefined) return undefined;
    explainFileErrors("the bundle cannot be written", folder, () => writeLazily(folder, result));
    const request = {
      folder,
      entries: entries.map((file) => ({ file, chunk: lazyChunk })),
      lazy: { chunk: lazyChunk, before },
    };
    const evaluated = await evaluateFiles(request, limits, child);
    if (evaluated === undefined) {
      const { byFile } = await loadProject(root, limits);
      return { loaded: byFile.filter(({ file }) => files.includes(file)), inputs: result.inputs, observed: undefined };
    }
    const observed = result.importsValues ? undefined : evaluated.observed;
    return {
      loaded: withDocComments(root, allLoaded(files, evaluated.files, broken)),
      inputs: result.inputs,
      observed,
    };
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As deep as the bundles of a build. */
const lazyChunk = "chunks/all.mjs";

function writeLazily(folder: string, { code, map }: LazyBundle): void {
  mkdirSync(dirname(join(folder, lazyChunk)));
  writeFileSync(join(folder, lazyChunk), code);
  writeFileSync(join(folder, `${lazyChunk}.map`), map);
}
