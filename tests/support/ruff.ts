// ruff from its pinned environment, with its own defaults: no configuration file of a surrounding folder counts.

import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { pythonIn } from "./python-environments.ts";

/** Resolves to what ruff complains about; empty when it has nothing to say. */
export function ruff(args: readonly string[], cwd: string): Promise<string> {
  const command = join(dirname(pythonIn("ruff")), "ruff");
  const [subcommand, ...rest] = args;
  return new Promise((resolve) => {
    execFile(command, [subcommand!, "--isolated", "--no-cache", ...rest], { cwd }, (error, stdout, stderr) =>
      resolve(error ? stdout + stderr : ""),
    );
  });
}
