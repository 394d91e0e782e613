// A DAG file that cannot be bundled or evaluated. The load has found it already.

import type { Rule } from "./rule.ts";

export const importError: Rule = {
  code: "import-error",
  group: "validity",
  severity: "error",
  summary: "every DAG file can be bundled and evaluated",
  view: "project",
  isByFile: true,
  check: (project) =>
    project.diagnostics.map(({ text, remedy, file, line, column, dagFile = file }) => ({
      at: { call: { file, line, column } },
      dagFile,
      text,
      remedy,
    })),
};
