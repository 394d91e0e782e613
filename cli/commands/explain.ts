// `dagwright explain RULE`: a rule's page.

import { suggest } from "../../runtime/did-you-mean.ts";
import { KnownError } from "../../runtime/errors.ts";
import type { Command, Io } from "../command.ts";

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
    const own = rules.map(({ code }) => code);
    // What the project adds is asked for only when it may be meant: its configuration may be broken.
    const custom = own.includes(rule) ? [] : await loadCustomPages(io);
    const codes = [...own, ...custom.map(({ code }) => code)];
    if (!codes.includes(rule)) {
      const found = JSON.stringify(rule);
      throw new KnownError({ what: "unknown rule", found, remedy: suggest(rule, codes), isRetryable: false });
    }
    io.stdout(custom.find(({ code }) => code === rule)?.page ?? readRulePage(rule));
    return 0;
  },
};

async function loadCustomPages(io: Io): Promise<{ code: string; page: string }[]> {
  const { codeOf } = await import("../../generator/lint/custom-rules.ts");
  const { loadConfig } = await import("../../generator/load/load-config.ts");
  const { customRules } = (await loadConfig(io.projectRoot, { signal: io.signal })).lint;
  return customRules.map((rule) => {
    const page = rule.page ?? `# ${codeOf(rule)}\n\n${rule.summary}`;
    return { code: codeOf(rule), page: `${page.trimEnd()}\n` };
  });
}
