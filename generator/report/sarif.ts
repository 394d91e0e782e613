// For code scanning (GitHub, Azure DevOps, editors): SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

import { createHash } from "node:crypto";
import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Diagnostic } from "../diagnostic.ts";
import { pathInRepository, type Report, type Reporter, type RuleFacts } from "./reporter.ts";

export const sarifReporter: Reporter = {
  name: "sarif",
  render(report) {
    const driver = { name: "dagwright", version: report.version, rules: report.rules.map(describeRule) };
    const results = report.diagnostics.map((diagnostic) => describeResult(diagnostic, report));
    const log: Log = {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
  },
};

function describeRule({ code, summary, severity, page }: RuleFacts): ReportingDescriptor {
  return {
    id: code,
    shortDescription: { text: summary },
    help: { text: page, markdown: page },
    defaultConfiguration: severity === "off" ? { enabled: false } : { level: severity },
  };
}

function describeResult(diagnostic: Diagnostic, report: Report): Result {
  const { code, severity, file, line, column, text, remedy } = diagnostic;
  const uri = pathInRepository(report, file).split("/").map(encodeURIComponent).join("/");
  return {
    ruleId: code,
    ruleIndex: report.rules.findIndex((rule) => rule.code === code),
    level: severity,
    message: { text: `${text}. Fix: ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, uriBaseId: "%SRCROOT%" },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    partialFingerprints: { "dagwright/v1": fingerprint(diagnostic) },
  };
}

/** The same problem after lines were added above it: place within the file does not count. */
function fingerprint({ code, file, text }: Diagnostic): string {
  return createHash("sha256")
    .update(JSON.stringify([code, file, text]))
    .digest("hex");
}
