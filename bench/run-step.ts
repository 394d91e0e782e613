// Runs a process to its end and says what it took, by the kernel's own account (wait4): children that it waited for are included.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../quickstart/project-root.ts";
import type { Step, Usage } from "./benchmark.ts";

/** Its output is kept for the error message only. */
const maxOutputBytes = 64e6;

/** Its memory is never below some 7 MB, what the measuring process itself holds. @throws Error with the end of its output when it fails. */
export async function runStep(what: string, { command, args, environment, workingDirectory }: Step): Promise<Usage> {
  const measurer = join(projectRoot, "bench", "measure.py");
  const { stdout, stderr } = await promisify(execFile)("python3", ["-IS", measurer, command, ...args], {
    cwd: workingDirectory,
    env: { ...quietEnvironment(), ...environment },
    maxBuffer: maxOutputBytes,
  });
  const { exitCode, ...usage } = JSON.parse(stdout.slice(stdout.lastIndexOf("\n", stdout.length - 2) + 1)) as Usage & {
    exitCode: number;
  };
  if (exitCode === 0) return usage;
  throw new Error(`${what}: ${command} ended with code ${exitCode}:\n${(stdout + stderr).slice(-2000)}`);
}

/** Without what makes every Node start slower, for whoever has it set. */
export function quietEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...environment } = process.env;
  return environment;
}
