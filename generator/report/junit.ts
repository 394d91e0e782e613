// For everything that reads test reports (GitLab, Jenkins, Azure, CircleCI): a suite for each file, in it a failed case for each problem, or
// one that passed. The one importer of fast-xml-builder, which is loaded where such a report is wanted.

import { createRequire } from "node:module";
import type FastXmlBuilder from "fast-xml-builder";
import type { Diagnostic } from "../diagnostic.ts";
import type { Report, Reporter } from "./reporter.ts";

export const junitReporter: Reporter = {
  name: "junit",
  isForLogs: false,
  render(report) {
    const suites = suitesOf(report);
    const all = suites.flatMap(({ problems }) => problems);
    const cases = suites.reduce((sum, { problems }) => sum + Math.max(1, problems.length), 0);
    const totals = { [`${at}name`]: "dagwright lint", [`${at}tests`]: cases, [`${at}failures`]: all.length };
    const testsuites = { ...totals, testsuite: suites.map(renderSuite) };
    return `<?xml version="1.0" encoding="UTF-8"?>\n${createBuilder().build({ testsuites })}`;
  },
};

/** Marks an attribute among the keys of an element. */
const at = "@";
const load = createRequire(import.meta.url);

function createBuilder(): InstanceType<typeof FastXmlBuilder> {
  const { default: XMLBuilder } = load("fast-xml-builder") as { default: typeof FastXmlBuilder };
  return new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: at, format: true });
}

interface Suite {
  readonly file: string;
  readonly problems: readonly Diagnostic[];
}

function suitesOf({ files, diagnostics }: Report): Suite[] {
  const names = [...new Set([...files, ...diagnostics.map(({ file }) => file)])].sort();
  return names.map((file) => ({ file, problems: diagnostics.filter((diagnostic) => diagnostic.file === file) }));
}

function renderSuite({ file, problems }: Suite): object {
  const passed = { [`${at}name`]: "no problems", [`${at}classname`]: printable(file) };
  return {
    [`${at}name`]: printable(file),
    [`${at}tests`]: Math.max(1, problems.length),
    [`${at}failures`]: problems.length,
    testcase: problems.length === 0 ? [passed] : problems.map(renderProblem),
  };
}

function renderProblem({ code, severity, file, line, column, text, remedy }: Diagnostic): object {
  const place = `${file}:${line}:${column}`;
  return {
    [`${at}name`]: printable(`${code} at ${line}:${column}`),
    [`${at}classname`]: printable(file),
    [`${at}file`]: printable(file),
    [`${at}line`]: line,
    failure: {
      [`${at}type`]: severity,
      [`${at}message`]: printable(text),
      "#text": printable(`${place}  ${code}  ${text}\nfix: ${remedy}`),
    },
  };
}

/** XML 1.0 has no way to write most control characters. */
function printable(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}");
}
