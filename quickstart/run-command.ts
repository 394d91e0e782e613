// A command of dagwright, typed out and run as a user would.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

/** Resolves to its exit code. */
export function runCommand(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  console.log(`\n$ npx dagwright ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(projectRoot, "dist", "cli", "main.js"), ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...environment },
      stdio: "inherit",
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}
