// From the files of a project to its models: find, bundle, evaluate, and read the comments.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleProject } from "./bundle.ts";
import { type EvaluationLimits, evaluateFiles } from "./evaluate.ts";
import { getDagFiles } from "./find-dag-files.ts";
import { allLoaded, type BuildableProject, type Bundle, joinFiles } from "./loaded.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadProject(root: string, limits: EvaluationLimits = {}): Promise<BuildableProject> {
  const files = getDagFiles(root);
  const { bundle, broken } = await bundleProject(root, files);
  const folder = createWorkFolder(root, "load-");
  try {
    explainFileErrors("the bundle cannot be written", folder, () => writeBundle(folder, bundle));
    const entries = [...bundle.chunks].map(([file, chunk]) => ({ file, chunk }));
    const evaluated = (await evaluateFiles(root, { folder, entries }, limits))!;
    return { ...joinFiles(root, allLoaded(files, evaluated.files, broken)), bundle };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function writeBundle(folder: string, bundle: Bundle): void {
  for (const [path, content] of bundle.files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
