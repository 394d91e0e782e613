// Lints a project, with what the last lint kept: where nothing changed, its result, and neither esbuild nor a rule is loaded.

import { statSync } from "node:fs";
import { join } from "node:path";
import { compiledModule } from "../load/compiled.ts";
import { findDagFiles } from "../load/find-dag-files.ts";
import { fingerprintText } from "../load/fingerprint.ts";
import { listFiles } from "../load/list-files.ts";
import { findChanged, isSameEnvironment, type KeptPlace, readResult } from "./kept-state.ts";
import type { LintRequest, LintResult } from "./lint-request.ts";

/** @throws KnownError for a configuration that says what does not exist, and a project without DAG files. */
export async function lintKept(request: LintRequest): Promise<LintResult> {
  const { root, folder, environment, version } = request;
  if (folder === undefined) {
    const { lintAnew } = await import("./lint-anew.ts");
    return lintAnew(request);
  }
  const place: KeptPlace = { root, folder, maker: `${root} ${makerOf(version)}` };
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

/** Whoever changes this package where it lies changes the times of its files. */
function makerOf(version: string): string {
  const folder = compiledModule("");
  const own = ["generator", "runtime"].flatMap((part) => listFiles(join(folder, part)).map((file) => join(part, file)));
  const states = own.map((file) => {
    const { size, mtimeMs } = statSync(join(folder, file));
    return `${file} ${size} ${mtimeMs}`;
  });
  const { version: node, platform, arch } = process;
  // Some rules look at the day.
  const day = new Date().toISOString().slice(0, 10);
  return `${version} ${node} ${platform} ${arch} ${day} ${fingerprintText(states.join("\n"))}`;
}
