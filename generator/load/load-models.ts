// From files of a project to their models, for the linter: as load-project.ts, but without what a build is made of, and so much faster.

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleLazily, type Inputs, type LazyBundle } from "./bundle-lazily.ts";
import type { SoundBundle } from "./bundle-sound.ts";
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

/** All files, some at a time: while one part is evaluated, the next one is bundled. What a part has evaluated is not the later ones'. */
export async function loadInParts(
  root: string,
  files: readonly string[],
  limits: EvaluationLimits,
  size = filesOfPart,
): Promise<LoadedFiles> {
  const loaded: LoadedFiles[] = [];
  let graph: ImportGraph = {};
  let modules: readonly string[] = [];
  let next = bundlePart(root, files.slice(0, size), modules);
  let child = startEvaluator();
  try {
    for (let start = 0; start < files.length; ) {
      const part = files.slice(start, start + size);
      const bundled = await next;
      const merged = { ...graph, ...toGraph(root, bundled.result.inputs, false) };
      const { before, firstOf } = findReached(merged, files.slice(0, start + size));
      const done = new Set(files.slice(0, start));
      const needed = part.flatMap((file) => before.get(file)!.filter((module) => done.has(firstOf.get(module)!)));
      const isReady = needed.every((module) => bundled.modules.includes(module));
      modules = [...new Set([...modules, ...needed])];
      if (isReady) start += size;
      if (start < files.length) next = bundlePart(root, files.slice(start, start + size), modules);
      if (!isReady) continue;
      graph = merged;
      const evaluated = evaluateBundle(root, part, { bundled, before: [...new Set(needed)], limits, child });
      if (start < files.length) child = startEvaluator();
      loaded.push(await evaluated);
    }
  } finally {
    child.kill("SIGKILL");
  }
  return {
    loaded: loaded.flatMap((part) => part.loaded),
    inputs: Object.assign({}, ...loaded.map(({ inputs }) => inputs)) as Inputs,
    observed: loaded.map(({ observed }) => observed).reduce(joinObserved),
  };
}

type BundledPart = SoundBundle<LazyBundle> & { readonly modules: readonly string[] };

function bundlePart(root: string, files: readonly string[], modules: readonly string[]): Promise<BundledPart> {
  const bundled = bundleLazily(root, files, modules).then((sound) => ({ ...sound, modules }));
  // Whoever waits for it is told; nobody may, when something else goes wrong first.
  bundled.catch(() => {});
  return bundled;
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
  plan: LoadPlan,
): Promise<LoadedFiles | undefined> {
  const child = startEvaluator();
  try {
    const bundled = await bundleLazily(root, files, plan.modules);
    const before = plan.before(bundled.result.inputs);
    return before && (await evaluateBundle(root, files, { bundled, before, limits, child }));
  } finally {
    child.kill("SIGKILL");
  }
}

interface Evaluable {
  readonly bundled: SoundBundle<LazyBundle>;
  readonly before: readonly string[];
  readonly limits: EvaluationLimits;
  readonly child: ChildProcess;
}

async function evaluateBundle(
  root: string,
  files: readonly string[],
  { bundled: { result, entries, broken }, before, limits, child }: Evaluable,
): Promise<LoadedFiles> {
  const folder = createWorkFolder(root, "lint-");
  try {
    explainFileErrors("the bundle cannot be written", folder, () => writeLazily(folder, result));
    const request = {
      folder,
      entries: entries.map((file) => ({ file, chunk: lazyChunk })),
      lazy: { chunk: lazyChunk, before },
    };
    const evaluated = await evaluateFiles(root, request, limits, child);
    if (evaluated === undefined) {
      const { byFile } = await loadProject(root, limits);
      return { loaded: byFile.filter(({ file }) => files.includes(file)), inputs: result.inputs, observed: undefined };
    }
    const observed = result.importsValues ? undefined : evaluated.observed;
    return { loaded: allLoaded(files, evaluated.files, broken), inputs: result.inputs, observed };
  } finally {
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
