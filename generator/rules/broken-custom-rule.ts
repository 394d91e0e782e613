// A rule of the configuration's own that does not judge. Custom rules run in a process of their own, see lint/custom-rules.ts: here is only
// what the rule is.

import type { Rule } from "./rule.ts";

export const brokenCustomRule: Rule = {
  code: "broken-custom-rule",
  group: "convention",
  severity: "error",
  summary: "the rules in dagwright.config.ts run through and return findings",
  view: "project",
  check: () => [],
};
