// A task gets only the connections that it declared: what its handler asks for by name must be in its list.

import { findUndeclared } from "./asked-for.ts";
import type { Rule } from "./rule.ts";

export const undeclaredConnection: Rule = {
  code: "undeclared-connection",
  group: "convention",
  severity: "error",
  summary: "a handler asks only for connections that its task declares",
  view: "source",
  check: (dag, sources) =>
    findUndeclared(dag, sources, {
      noun: "connection",
      option: "connections",
      methods: ["getConnection", "getConnectionOrThrow"],
    }),
};
