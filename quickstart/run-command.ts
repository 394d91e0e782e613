// A command of dagwright, typed out and run as a user would.

import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

export const commandFile = join(projectRoot, "dist", "cli", "main.js");

/** Resolves to its exit code. */
export function runCommand(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  console.log(`\n$ npx dagwright ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandFile, ...args], {
      cwd: projectRoot,
      env: { ...process.env, ...environment },
      stdio: "inherit",
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

/** Resolves to what it prints; undefined when it fails. */
export function readCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { cwd: projectRoot, env: { ...process.env, ...environment } };
    execFile(process.execPath, [commandFile, ...args], options, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
