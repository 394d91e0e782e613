// From the files of a project to its models and the bundle that runs them: find, bundle, evaluate, and read the comments.

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { type BundledProject, bundleProject } from "./bundle.ts";
import { type Evaluation, type EvaluationLimits, evaluateFiles } from "./evaluate.ts";
import { getDagFiles } from "./find-dag-files.ts";
import { allLoaded, type BuildableProject, type Bundle, joinFiles } from "./loaded.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadProject(root: string, limits: EvaluationLimits = {}): Promise<BuildableProject> {
  const files = getDagFiles(root);
  const bundled = await bundleProject(root, files);
  const { bundle, broken } = bundled;
  const evaluated = await evaluateBundled(root, { bundled, files: [...bundle.chunks.keys()], limits });
  return { ...joinFiles(root, allLoaded(files, evaluated.files, broken)), bundle };
}

export interface Evaluable {
  readonly bundled: BundledProject;
  /** Those that are evaluated, one after the other. */
  readonly files: readonly string[];
  readonly limits: EvaluationLimits;
  /** Started before. */
  readonly child?: ChildProcess;
}

export async function evaluateBundled(root: string, { bundled, files, limits, child }: Evaluable): Promise<Evaluation> {
  const folder = createWorkFolder(root, "load-");
  const entries = files.map((file) => ({ file, chunk: bundled.bundle.chunks.get(file)! }));
  try {
    const needed = findNeeded(entries, bundled);
    explainFileErrors("the bundle cannot be written", folder, () => writeBundle(folder, needed));
    return (await evaluateFiles(root, { folder, entries }, limits, child))!;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The bundles of these files and what they import, with their maps. */
function findNeeded(entries: readonly { readonly chunk: string }[], { bundle, importsOf }: BundledProject): Bundle {
  const paths = new Set(entries.map(({ chunk }) => chunk));
  for (const path of paths) for (const imported of importsOf.get(path) ?? []) paths.add(imported);
  return { ...bundle, files: new Map([...bundle.files].filter(([path]) => paths.has(path.replace(/\.map$/, "")))) };
}

function writeBundle(folder: string, { files }: Bundle): void {
  for (const parent of new Set([...files.keys()].map((path) => dirname(join(folder, path))))) {
    mkdirSync(parent, { recursive: true });
  }
  for (const [path, content] of files) writeFileSync(join(folder, path), content);
}
