// Runs the compiled command line as a user does, in a process of its own.

import { type SpawnOptions, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const mainModule = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is typed; without it stdin has ended. */
  readonly input?: string;
}

export function runCommandLine(typed: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  // What a terminal or a CI service says of itself changes what is printed.
  const { NO_COLOR: _, FORCE_COLOR: __, GITHUB_ACTIONS: ___, ...inherited } = process.env;
  const options: SpawnOptions = {
    stdio: [surroundings.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    env: { ...inherited, ...surroundings.environment },
  };
  const child = spawn(process.execPath, [mainModule, ...typed], { ...options, cwd: surroundings.cwd });
  child.stdin?.end(surroundings.input);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]!.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, ...output }));
  });
}
