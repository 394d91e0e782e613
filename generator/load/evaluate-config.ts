// Runs the bundled configuration in a child process, as DAG files are: whatever it does, the command goes on.

import { fork } from "node:child_process";
import { KnownError } from "../../runtime/errors.ts";
import type { LoadedConfig } from "./check-config.ts";
import { configFile } from "./config-mistake.ts";
import { childModule, evaluationLimitMs, howItEnded, placeInStack } from "./evaluate.ts";
import type { ConfigReport } from "./evaluate-config-child.ts";
import type { Observed } from "./observe-surroundings.ts";

export interface ConfigLimits {
  readonly limitMs?: number;
  /** Ends the child; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface EvaluatedConfig {
  readonly config: LoadedConfig;
  readonly observed: Observed;
}

/** @throws KnownError saying what the file did, and in which line. */
export async function evaluateConfig(bundled: string, limits: ConfigLimits): Promise<EvaluatedConfig> {
  const report = await runChild(bundled, limits);
  switch (report.kind) {
    case "checked":
      return { config: report.config, observed: report.observed };
    case "refused":
      throw new KnownError(report.trouble);
    case "failed":
      throw failure(report);
    default:
      return report satisfies never;
  }
}

function runChild(bundled: string, { limitMs = evaluationLimitMs, signal }: ConfigLimits): Promise<ConfigReport> {
  return new Promise((resolve, reject) => {
    const child = fork(configChildModule, { stdio: ["ignore", "pipe", "inherit", "ipc"], execArgv: [] });
    child.stdout!.pipe(process.stderr, { end: false });
    let report: ConfigReport | undefined;
    let reason: string | undefined;
    // An endless loop does not notice that its parent has gone.
    const kill = () => child.kill("SIGKILL");
    const limit = setTimeout(() => {
      reason = `did not end within ${limitMs / 1000} s`;
      kill();
    }, limitMs);
    process.once("exit", kill);
    signal?.addEventListener("abort", kill, { once: true });
    child.once("message", (message: ConfigReport) => {
      report = message;
      // Not waited for: a timer that the file left open would hold it.
      kill();
    });
    child.once("error", reject);
    child.once("close", (code, endedBy) => {
      clearTimeout(limit);
      process.off("exit", kill);
      signal?.removeEventListener("abort", kill);
      if (signal?.aborted) return reject(signal.reason);
      resolve(report ?? { kind: "failed", message: reason ?? howItEnded(code, endedBy), stack: "" });
    });
    child.send(bundled);
  });
}

const configChildModule = childModule.replace(/evaluate-child\.js$/, "evaluate-config-child.js");

function failure({ message, stack }: { readonly message: string; readonly stack: string }): KnownError {
  const { file, line, column } = placeInStack(configFile, stack);
  return new KnownError({
    what: "the configuration cannot be evaluated",
    where: stack === "" ? configFile : `${file}:${line}:${column}`,
    found: message,
    remedy: "Correct it: a configuration runs through quickly, without errors, and exports one object",
    isRetryable: false,
  });
}
