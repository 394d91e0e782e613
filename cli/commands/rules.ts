// `dagwright rules`: every rule of the linter, the project's own too, and what it is in each preset.

import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface RulesArgs {
  readonly output: OutputFormat;
}

export const rules: Command<RulesArgs> = {
  name: "rules",
  summary: "List the linter's rules",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { allRules } = await import("../../generator/lint/custom-rules.ts");
    const { loadConfig } = await import("../../generator/load/load-config.ts");
    const all = allRules((await loadConfig(io.projectRoot, { signal: io.signal })).lint);
    const { showRows } = await import("../show-rows.ts");
    const rows = all.map(({ code, group, severity, strict = severity, isFixable = false, summary }) => ({
      code,
      group,
      recommended: severity,
      strict,
      isFixable,
      summary,
    }));
    const fix = {
      name: "isFixable",
      head: "fix",
      text: (row: (typeof rows)[number]) => (row.isFixable ? "yes" : ""),
    } as const;
    const demands = { name: "summary", head: "demands" } as const;
    await showRows(rows, { output, columns: ["code", "group", "recommended", "strict", fix, demands] }, io);
    return 0;
  },
};
