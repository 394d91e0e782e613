// A comment that disables a rule says which and why, and is needed. Comments are read when all findings are known, in disable-comments.ts:
// here is only what the rule is.

import type { Rule } from "./rule.ts";

export const disableComment: Rule = {
  code: "disable-comment",
  group: "convention",
  severity: "error",
  summary: "a comment that disables a rule names it, gives a reason, and is needed",
  isFixable: true,
  view: "project",
  check: () => [],
};
