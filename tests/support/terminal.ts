// A real terminal for a command, of 24 rows: what a person would see of it. Needs util-linux's `script`.

import { execFileSync } from "node:child_process";

const script = "script";

export const hasScript = (() => {
  try {
    return execFileSync(script, ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
})();

/** Returns what was written to the terminal, also by a command that fails. */
export function runInTerminal(cwd: string, command: string, { columns = 40, input = "" } = {}): string {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...env } = process.env;
  try {
    return execFileSync(script, ["-qec", `stty cols ${columns} rows 24; ${command}`, "/dev/null"], {
      cwd,
      env: { ...env, TERM: "xterm" },
      encoding: "utf8",
      ...(input !== "" && { input }),
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
