// For people: one line to search for, the place, the remedy, the way to the reason; a summary at the end.

import { styleText } from "node:util";
import { countNoun } from "../../runtime/count-noun.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { openSources, type Sources } from "../load/sources.ts";
import { codeFrame } from "./code-frame.ts";
import { type Report, type Reporter, summarise } from "./reporter.ts";

export const textReporter: Reporter = {
  name: "text",
  isForLogs: true,
  render(report) {
    const sources = openSources(report.root);
    const problems = report.diagnostics.map((diagnostic) => `${renderProblem(diagnostic, report, sources)}\n`);
    return [...problems, renderSummary(report)].join("\n");
  },
};

function renderProblem(diagnostic: Diagnostic, report: Report, sources: Sources): string {
  const { file, line, column, severity, code, text, remedy } = diagnostic;
  const style = styles(report.hasColors);
  const head = [
    style("bold", `${file}:${line}:${column}`),
    style(colours[severity], severity),
    style("dim", code),
    text,
  ];
  return [
    head.join("  "),
    ...frameLines(diagnostic, report, sources),
    `  fix: ${remedy}`,
    `  why: npx dagwright explain ${code}`,
  ].join("\n");
}

function frameLines(diagnostic: Diagnostic, { columns, hasColors }: Report, sources: Sources): string[] {
  const source = sources.textOf(diagnostic.file);
  const frame = source && codeFrame(source, diagnostic, Math.max(20, columns - indent.length));
  if (!frame) return [];
  const style = styles(hasColors);
  return frame.split("\n").map((line) => `${indent}${line.startsWith(">") ? line : style("dim", line)}`);
}

function renderSummary(report: Report): string {
  const { errors, warnings, filesWithProblems, filesNotLoaded, dags, files } = summarise(report);
  if (errors + warnings === 0) return `${countNoun(dags, "DAG")} in ${countNoun(files, "file")}: no problems\n`;
  const parts = `(${countNoun(errors, "error")}, ${countNoun(warnings, "warning")})`;
  const problems = `${countNoun(errors + warnings, "problem")} ${parts} in ${countNoun(filesWithProblems, "file")}`;
  if (filesNotLoaded === 0) return `${problems}\n`;
  const loaded = `${countNoun(dags, "DAG")} in ${countNoun(files, "file")} loaded`;
  return `${problems}\n${loaded}, ${countNoun(filesNotLoaded, "file")} could not be\n`;
}

const indent = "  ";
const colours = { error: "red", warning: "yellow" } as const;

/** Whether to colour was decided at the edge; Node would decide again by its own stdout. */
function styles(hasColors: boolean) {
  return (format: "bold" | "dim" | "red" | "yellow", text: string) =>
    hasColors ? styleText(format, text, { validateStream: false }) : text;
}
