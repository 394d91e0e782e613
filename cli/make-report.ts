// What reporters are given: the problems, and what they need to know of the project and the terminal; and of the rules, for those that need them.

import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Diagnostic } from "../generator/diagnostic.ts";
import type { LoadedCustomRule } from "../generator/load/check-custom-rules.ts";
import type { Report, RuleFacts } from "../generator/report/reporter.ts";
import type { Io } from "./command.ts";

/** @param filesOfDags the file of each DAG. */
export function makeReport(io: Io, filesOfDags: readonly string[], diagnostics: readonly Diagnostic[]): Report {
  return {
    root: io.projectRoot,
    diagnostics,
    dags: filesOfDags.length,
    files: [...new Set(filesOfDags)],
    rules: [],
    version: io.version,
    folderInRepository: folderInRepository(io.projectRoot),
    hasColors: io.hasColors,
    columns: io.columns,
  };
}

/** With their pages: loaded for reporters that need them. */
export async function ruleFacts(customRules: readonly LoadedCustomRule[]): Promise<RuleFacts[]> {
  const { rules } = await import("../generator/rules/index.ts");
  const { readRulePage } = await import("../generator/rules/rule-page.ts");
  const { codeOf } = await import("../generator/lint/custom-rules.ts");
  return [
    ...rules.map(({ code, summary, severity }) => ({ code, summary, severity, page: readRulePage(code) })),
    ...customRules.map((rule) => ({ ...rule, code: codeOf(rule), page: rule.page ?? rule.summary })),
  ];
}

function folderInRepository(root: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return relative(folder, root).replaceAll(sep, "/");
    if (folder === dirname(folder)) return "";
  }
}
