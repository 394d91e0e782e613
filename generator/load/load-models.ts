// From the files of a project to its models, for the linter: as load-project.ts, but without what a build is made of, and so much faster.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleLazily } from "./bundle-lazily.ts";
import { type EvaluationLimits, evaluateFiles, startEvaluator } from "./evaluate.ts";
import { getDagFiles } from "./find-dag-files.ts";
import { loadProject } from "./load-project.ts";
import { joinFiles, type LoadedProject } from "./loaded.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the project has no DAG files. */
export async function loadModels(root: string, limits: EvaluationLimits = {}): Promise<LoadedProject> {
  const files = await getDagFiles(root);
  const child = startEvaluator();
  const folder = createWorkFolder(root, "lint-");
  try {
    const { result, entries, diagnostics } = await bundleLazily(root, files);
    explainFileErrors("the bundle cannot be written", folder, () => {
      mkdirSync(dirname(join(folder, lazyChunk)));
      writeFileSync(join(folder, lazyChunk), result.code);
      writeFileSync(join(folder, `${lazyChunk}.map`), result.map);
    });
    const request = {
      folder,
      entries: entries.map((file) => ({ file, chunk: lazyChunk })),
      lazy: { chunk: lazyChunk, before: [] },
    };
    const evaluated = await evaluateFiles(request, limits, child);
    if (evaluated === undefined) return await loadProject(root, limits);
    return joinFiles(root, files, evaluated.files, diagnostics);
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As deep as the bundles of a build. */
const lazyChunk = "chunks/all.mjs";
