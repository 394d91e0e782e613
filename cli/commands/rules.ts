// `dagwright rules`: every rule of the linter.

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
    const { rules: all } = await import("../../generator/rules/index.ts");
    const { renderTable } = await import("../render-table.ts");
    const rows = all.map(({ code, group, severity, summary }) => ({ code, group, severity, summary }));
    if (output === "json") io.stdout(`${JSON.stringify(rows, null, 2)}\n`);
    else {
      const cells = rows.map(({ code, group, severity, summary }) => [code, group, severity, summary]);
      io.stdout(renderTable(["code", "group", "severity", "demands"], cells));
    }
    return 0;
  },
};
