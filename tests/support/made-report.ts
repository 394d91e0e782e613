// A lint report in a few words, for the tests of reporters.

import type { Report } from "../../generator/report/reporter.ts";

export function madeReport(change: Partial<Report> = {}): Report {
  return {
    root: "/nowhere",
    diagnostics: [],
    dags: 1,
    files: ["a.ts"],
    rules: [],
    version: "1.2.3",
    folderInRepository: "",
    hasColors: false,
    columns: 80,
    ...change,
  };
}
