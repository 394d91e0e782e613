// From the files of a project to its models: find, bundle, evaluate, and read the comments.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { withDocs } from "../../runtime/dag/docs.ts";
import { KnownError } from "../../runtime/errors.ts";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleProject } from "./bundle.ts";
import { docsAbove } from "./doc-comments.ts";
import { type EvaluationLimits, evaluateProject } from "./evaluate.ts";
import { findDagFiles } from "./find-dag-files.ts";
import type { Bundle, LoadedProject } from "./loaded.ts";
import { openSources } from "./sources.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadProject(root: string, limits: EvaluationLimits = {}): Promise<LoadedProject> {
  const files = await findDagFiles(root);
  if (files.length === 0) {
    throw new KnownError({
      what: "no DAG files",
      where: root,
      found: "nothing matches dags/**/*.ts",
      remedy: 'Write dags/hello.ts with `new Dag("hello", …)`, or run the command in your project\'s folder',
      isRetryable: false,
    });
  }
  const bundled = await bundleProject(root, files);
  const folder = createWorkFolder(root, "load-");
  try {
    explainFileErrors("the bundle cannot be written", folder, () => writeBundle(folder, bundled.bundle));
    const { dags, mistakes, diagnostics } = await evaluateProject(folder, bundled.chunks, limits);
    const { textOf } = openSources(root);
    return {
      root,
      files,
      dags: dags.map((dag) => ({ ...dag, model: withDocs(dag.model, docsAbove(dag, textOf)) })),
      mistakes,
      diagnostics: [...bundled.diagnostics, ...diagnostics],
      bundle: bundled.bundle,
    };
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
