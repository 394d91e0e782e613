// A task gets only the variables that it declared: what its handler asks for by name must be in its list.

import { findUndeclared } from "./asked-for.ts";
import type { Rule } from "./rule.ts";

export const undeclaredVariable: Rule = {
  code: "undeclared-variable",
  group: "convention",
  severity: "error",
  summary: "a handler asks only for variables that its task declares",
  view: "source",
  check: (dag, sources) =>
    findUndeclared(dag, sources, {
      noun: "variable",
      option: "variables",
      methods: ["getVariable", "getVariableOrThrow"],
    }),
};
