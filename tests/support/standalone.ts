// The compiled command line, as a user runs it.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "../../runtime/dag/json.ts";

export const cliMain = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with everything printed so far, after each piece. */
  readonly onOutput?: (text: string, pid: number) => void;
}

export function dagwright(args: readonly string[], { cwd, environment = {}, onOutput }: CliOptions): Promise<CliRun> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cliMain, ...args], { cwd, env: { ...process.env, ...environment } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(stdout, child.pid!);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

export interface StandaloneRun extends CliRun {
  readonly runState: string;
  readonly states: Readonly<Record<string, string>>;
  readonly tries: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, string | null>>;
  readonly xcoms: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

/** `dagwright dags test --json`, read. */
export async function dagsTest(dagId: string, args: readonly string[], options: CliOptions): Promise<StandaloneRun> {
  const run = await dagwright(["dags", "test", dagId, ...args, "--json"], options);
  if (run.stdout === "") throw new Error(`dags test ${dagId} printed no result:\n${run.stderr}`);
  const result = JSON.parse(run.stdout) as {
    state: string;
    tasks: { taskId: string; state: string; tryNumber: number; error: string | null }[];
    xcoms: StandaloneRun["xcoms"];
  };
  const column = <T>(value: (task: (typeof result.tasks)[number]) => T) =>
    Object.fromEntries(result.tasks.map((task) => [task.taskId, value(task)]));
  return {
    ...run,
    runState: result.state,
    states: column((task) => task.state),
    tries: column((task) => task.tryNumber),
    errors: column((task) => task.error),
    xcoms: result.xcoms,
  };
}
