// Paths of DAG files: they stand in the generated Python, in a comment, where nothing but plain characters may get; and esbuild, like the
// file systems of macOS and Windows, takes those that differ only in case for one.

import { isPlainPath } from "../load/find-dag-files.ts";
import type { LoadedProject } from "../load/loaded.ts";
import type { Finding, Rule } from "./rule.ts";

export const invalidPath: Rule = {
  code: "invalid-path",
  group: "validity",
  severity: "error",
  summary:
    "the path of a DAG file is made of letters, digits, _, -, . and /, and differs from others in more than case",
  view: "project",
  check: (project) => [...checkCharacters(project), ...checkCase(project)],
};

function checkCharacters({ dags }: LoadedProject): Finding[] {
  const files = [...new Set(dags.map(({ file }) => file))].filter((file) => !isPlainPath(file));
  return files.map((file) => ({
    at: startOf(file),
    dagFile: file,
    text: `the path ${JSON.stringify(file)} would stand in the generated Python, and holds more than letters, digits, _, -, . and /`,
    remedy: "rename the file or its folder",
  }));
}

/** Of all files: which of the two the DAGs came from is chance. */
function checkCase({ files }: LoadedProject): Finding[] {
  const seen = new Map<string, string>();
  return files.flatMap((file) => {
    const first = seen.get(file.toLowerCase());
    if (first === undefined) {
      seen.set(file.toLowerCase(), file);
      return [];
    }
    const text = `the path ${JSON.stringify(file)} differs only in case from ${JSON.stringify(first)}`;
    return [{ at: startOf(file), dagFile: file, text, remedy: "rename one of the two files, or its folder" }];
  });
}

function startOf(file: string): Finding["at"] {
  return { call: { file, line: 1, column: 1 } };
}
