// For code scanning (GitHub, Azure DevOps, editors): SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

import { createHash } from "node:crypto";
import type { Fix, Log, ReportingDescriptor, Result } from "sarif";
import type { Diagnostic, Edit } from "../diagnostic.ts";
import { pathInRepository, type Report, type Reporter, type RuleFacts } from "./reporter.ts";

export const sarifReporter: Reporter = {
  name: "sarif",
  isForLogs: false,
  needsRules: true,
  render(report) {
    const driver = { name: "dagwright", version: report.version, rules: report.rules.map(describeRule) };
    const fingerprint = fingerprints();
    const results = report.diagnostics.map((diagnostic) => describeResult(diagnostic, report, fingerprint(diagnostic)));
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

function describeResult(diagnostic: Diagnostic, report: Report, fingerprint: string): Result {
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
    partialFingerprints: { "dagwright/v1": fingerprint },
    ...(diagnostic.fix && { fixes: [describeFix(diagnostic.fix, remedy, uri)] }),
  };
}

function describeFix({ start, end, text }: Edit, remedy: string, uri: string): Fix {
  const deletedRegion = { charOffset: start, charLength: end - start };
  const replacements = [{ deletedRegion, insertedContent: { text } }];
  return {
    description: { text: remedy },
    artifactChanges: [{ artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, replacements }],
  };
}

/** The same problem after lines were added above it: its place within the file does not count, but how many of the same come before it. */
function fingerprints(): (diagnostic: Diagnostic) => string {
  const seen = new Map<string, number>();
  return ({ code, file, text }) => {
    const key = JSON.stringify([code, file, text]);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash("sha256").update(`${ordinal} ${key}`).digest("hex");
  };
}
