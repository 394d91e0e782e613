// Lints a project, with what the last lint kept: where nothing changed, its result, and neither esbuild nor a rule is loaded.

import { findDagFiles } from "../load/find-dag-files.ts";
import { makerOf } from "../load/maker.ts";
import { findChanged, isSameEnvironment, type KeptPlace, readResult } from "./kept-state.ts";
import type { LintRequest, LintResult } from "./lint-request.ts";

/** @throws KnownError for a configuration that says what does not exist, and a project without DAG files. */
export async function lintKept(request: LintRequest): Promise<LintResult> {
  const { root, folder, environment, version } = request;
  if (folder === undefined) {
    const { lintAnew } = await import("./lint-anew.ts");
    return lintAnew(request);
  }
  // Some rules look at the day.
  const day = new Date().toISOString().slice(0, 10);
  const place: KeptPlace = { root, folder, maker: `${root} ${makerOf(version)} ${day}` };
  const result = readResult(place);
  const isUsable = result !== undefined && isSameEnvironment(result, environment);
  const known = isUsable ? { result, changed: findChanged(place, result) } : undefined;
  if (known?.result.isWhole && known.changed.size === 0) {
    const files = findDagFiles(root);
    if (files.join("\0") === known.result.dagFiles.join("\0")) {
      const { diagnostics, filesOfDags, modulesOf, customRules } = known.result;
      return { diagnostics, filesOfDags, modulesOf, customRules };
    }
  }
  const { lintAnew } = await import("./lint-anew.ts");
  return lintAnew(request, { place, known });
}
