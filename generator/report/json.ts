// For other programs: one JSON document. `version` rises when a field changes its meaning or goes; new fields may come without it.

import { type Reporter, summarise } from "./reporter.ts";

export const jsonReporter: Reporter = {
  name: "json",
  isForLogs: false,
  render: (report) =>
    `${JSON.stringify({ version: 1, diagnostics: report.diagnostics, summary: summarise(report) }, null, 2)}\n`,
};
