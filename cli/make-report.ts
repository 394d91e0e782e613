// What reporters are given: the problems, and what they need to know of the project, the rules and the terminal.

import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Diagnostic } from "../generator/diagnostic.ts";
import { codeOf } from "../generator/lint/custom-rules.ts";
import type { LoadedCustomRule } from "../generator/load/check-custom-rules.ts";
import type { LoadedDag } from "../generator/load/loaded.ts";
import type { Report } from "../generator/report/reporter.ts";
import { rules } from "../generator/rules/index.ts";
import { readRulePage } from "../generator/rules/rule-page.ts";
import type { Io } from "./command.ts";

export function makeReport(
  io: Io,
  dags: readonly LoadedDag[],
  diagnostics: readonly Diagnostic[],
  customRules: readonly LoadedCustomRule[] = [],
): Report {
  return {
    root: io.projectRoot,
    diagnostics,
    dags: dags.length,
    files: [...new Set(dags.map(({ file }) => file))],
    rules: [
      ...rules.map(({ code, summary, severity }) => ({ code, summary, severity, page: readRulePage(code) })),
      ...customRules.map((rule) => ({ ...rule, code: codeOf(rule), page: rule.page ?? rule.summary })),
    ],
    version: io.version,
    folderInRepository: folderInRepository(io.projectRoot),
    hasColors: io.hasColors,
    columns: io.columns,
  };
}

function folderInRepository(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return relative(folder, root).replaceAll(sep, "/");
    if (folder === dirname(folder)) return "";
  }
}
