// The path of a DAG file stands in the generated Python, in a comment: nothing but plain characters may get there.

import { isPlainPath } from "../load/find-dag-files.ts";
import type { Rule } from "./rule.ts";

export const invalidPath: Rule = {
  code: "invalid-path",
  group: "validity",
  severity: "error",
  summary: "the path of a DAG file is made of letters, digits, _, -, . and /",
  view: "project",
  isByFile: true,
  check: ({ dags }) => {
    const files = [...new Set(dags.map(({ file }) => file))].filter((file) => !isPlainPath(file));
    return files.map((file) => ({
      at: { call: { file, line: 1, column: 1 } },
      text: `the path ${JSON.stringify(file)} would stand in the generated Python, and holds more than letters, digits, _, -, . and /`,
      remedy: "rename the file or its folder",
    }));
  },
};
