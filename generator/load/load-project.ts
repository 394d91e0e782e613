// From the files of a project to its models: find, bundle, evaluate.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KnownError } from "../../runtime/errors.ts";
import { bundleProject } from "./bundle.ts";
import { evaluateProject } from "./evaluate.ts";
import { findDagFiles } from "./find-dag-files.ts";
import type { Bundle, LoadedProject } from "./loaded.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadProject(
  root: string,
  limits: { readonly evaluationMs?: number } = {},
): Promise<LoadedProject> {
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
  // Inside the project, so that packages left out of the bundle resolve as they do for its files.
  const work = join(root, ".dagwright", "work");
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(work, "load-"));
  try {
    writeBundle(folder, bundled.bundle);
    const { dags, diagnostics } = await evaluateProject(folder, bundled.chunks, limits.evaluationMs);
    return { root, dags, diagnostics: [...bundled.diagnostics, ...diagnostics], bundle: bundled.bundle };
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
