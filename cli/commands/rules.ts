// `dagwright rules`: every rule of the linter, the project's own too, and what it is in each preset.

import type { Command } from "../command.ts";
import { outputOption } from "../output-option.ts";

interface RulesArgs {
  readonly output: string;
}

export const rules: Command<RulesArgs> = {
  name: "rules",
  summary: "List the linter's rules",
  options: { output: outputOption },
  run: async ({ output }, io) => {
    const { allRules } = await import("../../generator/lint/custom-rules.ts");
    const { loadConfig } = await import("../../generator/load/load-config.ts");
    const all = allRules((await loadConfig(io.projectRoot, { signal: io.signal })).lint);
    const { renderTable } = await import("../render-table.ts");
    const rows = all.map(({ code, group, severity, strict = severity, isFixable = false, summary }) => ({
      code,
      group,
      recommended: severity,
      strict,
      isFixable,
      summary,
    }));
    if (output === "json") io.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    else {
      const cells = rows.map((row) => [
        row.code,
        row.group,
        row.recommended,
        row.strict,
        row.isFixable ? "yes" : "",
        row.summary,
      ]);
      io.stdout(renderTable(["code", "group", "recommended", "strict", "fix", "demands"], cells));
    }
    return 0;
  },
};
