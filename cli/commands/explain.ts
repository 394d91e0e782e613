// `dagwright explain RULE`: a rule's page.

import { suggest } from "../../runtime/did-you-mean.ts";
import { KnownError } from "../../runtime/errors.ts";
import type { Command } from "../command.ts";

interface ExplainArgs {
  readonly rule: string;
}

export const explain: Command<ExplainArgs> = {
  name: "explain",
  summary: "Explain a rule of the linter: what, why, example, instead",
  arguments: [{ name: "rule", description: "Its code, as `dagwright lint` prints it", required: true }],
  examples: [{ command: "dagwright explain retries-minimum", description: "Its page" }],
  run: async ({ rule }, io) => {
    const { rules } = await import("../../generator/rules/index.ts");
    const { readRulePage } = await import("../../generator/rules/rule-page.ts");
    const codes = rules.map(({ code }) => code);
    if (!codes.includes(rule)) {
      const found = JSON.stringify(rule);
      throw new KnownError({ what: "unknown rule", found, remedy: suggest(rule, codes), isRetryable: false });
    }
    io.stdout(readRulePage(rule));
    return 0;
  },
};
