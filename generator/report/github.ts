// For GitHub Actions: one workflow command for each problem, which GitHub shows at the line in the pull request.
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; the escapes are actions/toolkit's.

import type { Diagnostic } from "../diagnostic.ts";
import { pathInRepository, type Report, type Reporter } from "./reporter.ts";

export const githubReporter: Reporter = {
  name: "github",
  isForLogs: true,
  render: (report) => report.diagnostics.map((diagnostic) => `${annotation(diagnostic, report)}\n`).join(""),
};

function annotation({ severity, file, line, column, code, text, remedy }: Diagnostic, report: Report): string {
  const place = `file=${escapeProperty(pathInRepository(report, file))},line=${line},col=${column}`;
  return `::${severity} ${place},title=${escapeProperty(code)}::${escapeData(`${text}\nfix: ${remedy}`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
