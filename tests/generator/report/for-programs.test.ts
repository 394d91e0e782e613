// What other programs read: workflow commands of GitHub, JUnit's XML, SARIF. Texts that could break each form come through whole.

import { XMLParser } from "fast-xml-parser";
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../generator/diagnostic.ts";
import { githubReporter } from "../../../generator/report/github.ts";
import { junitReporter } from "../../../generator/report/junit.ts";
import { sarifReporter } from "../../../generator/report/sarif.ts";
import { madeReport } from "../../support/made-report.ts";

const problem: Diagnostic = {
  code: "retries-minimum",
  severity: "error",
  file: "dags/a b, ünï:x.ts",
  line: 3,
  column: 27,
  text: 'retries of "<a> & b" is 1 %\r\n::error::no command',
  remedy: "set it to 2",
};
const warning: Diagnostic = { ...problem, severity: "warning", file: "dags/c.ts", text: "bell \u0007 and half \ud800" };
const rule = {
  code: "retries-minimum",
  summary: "two retries",
  severity: "error" as const,
  page: "# retries-minimum\n",
};
const report = madeReport({
  diagnostics: [problem, warning],
  files: ["dags/a b, ünï:x.ts", "dags/c.ts", "dags/sound.ts"],
  rules: [{ ...rule, code: "cycle" }, rule],
  folderInRepository: "etl",
});

describe("github", () => {
  it("writes one line for each problem, at its place in the repository", () => {
    expect(githubReporter.render(report).split("\n")).toEqual([
      '::error file=etl/dags/a b%2C ünï%3Ax.ts,line=3,col=27,title=retries-minimum::retries of "<a> & b" is 1 %25%0D%0A::error::no command%0Afix: set it to 2',
      "::warning file=etl/dags/c.ts,line=3,col=27,title=retries-minimum::bell \u0007 and half \ud800%0Afix: set it to 2",
      "",
    ]);
  });

  it("is empty without problems", () => {
    expect(githubReporter.render(madeReport())).toBe("");
  });
});

describe("junit", () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testcase",
  });

  it("has a suite for each file: its problems as failures, or one case that passed", () => {
    const { testsuites } = parser.parse(junitReporter.render(report), true);
    expect(testsuites).toMatchObject({ name: "dagwright lint", tests: "3", failures: "2" });
    const [first, second, sound] = testsuites.testsuite;
    expect(first).toMatchObject({ name: problem.file, tests: "1", failures: "1" });
    expect(first.testcase[0]).toMatchObject({ name: "retries-minimum at 3:27", file: problem.file, line: "3" });
    expect(first.testcase[0].failure.type).toBe("error");
    expect(first.testcase[0].failure["#text"].replaceAll("\r", "")).toBe(
      `${problem.file}:3:27  retries-minimum  ${problem.text}\nfix: set it to 2`.replaceAll("\r", ""),
    );
    expect(second.testcase[0].failure.message).toBe("bell \ufffd and half \ufffd");
    expect(sound).toMatchObject({ name: "dags/sound.ts", tests: "1", failures: "0" });
    expect(sound.testcase).toEqual([{ name: "no problems", classname: "dags/sound.ts" }]);
  });
});

describe("sarif", () => {
  const log = (of = report) => JSON.parse(sarifReporter.render(of)) as Log;

  it("names the tool, every rule with its page, and every problem with its place in the repository", () => {
    const { version, runs } = log();
    expect(version).toBe("2.1.0");
    expect(runs[0]!.tool.driver).toMatchObject({ name: "dagwright", version: "1.2.3" });
    expect(runs[0]!.tool.driver.rules![1]).toMatchObject({ id: "retries-minimum", help: { markdown: rule.page } });
    expect(runs[0]!.results![0]).toMatchObject({
      ruleId: "retries-minimum",
      ruleIndex: 1,
      level: "error",
      message: { text: `${problem.text}. Fix: set it to 2` },
    });
    expect(runs[0]!.results![0]!.locations![0]!.physicalLocation).toEqual({
      artifactLocation: { uri: "etl/dags/a%20b%2C%20%C3%BCn%C3%AF%3Ax.ts", uriBaseId: "%SRCROOT%" },
      region: { startLine: 3, startColumn: 27 },
    });
  });

  it("knows a problem again when lines were added above it", () => {
    const printOf = (change: Partial<Diagnostic>) =>
      log(madeReport({ ...report, diagnostics: [{ ...problem, ...change }] })).runs[0]!.results![0]!
        .partialFingerprints;
    expect(printOf({ line: 30 })).toEqual(printOf({}));
    expect(printOf({ text: "another" })).not.toEqual(printOf({}));
  });
});
