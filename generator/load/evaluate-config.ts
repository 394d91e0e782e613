// Runs the bundled configuration in a child process, as DAG files are: whatever it does, the command goes on.

import { fork } from "node:child_process";
import { KnownError } from "../../runtime/errors.ts";
import type { LoadedConfig } from "./check-config.ts";
import { configFile } from "./config-mistake.ts";
import { childModule, evaluationLimitMs, placeInStack } from "./evaluate.ts";
import type { ConfigReport } from "./evaluate-config-child.ts";
import type { Observed } from "./observe-surroundings.ts";
import { supervise } from "./supervise.ts";

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

async function runChild(bundled: string, { limitMs = evaluationLimitMs, signal }: ConfigLimits): Promise<ConfigReport> {
  const child = fork(configChildModule, { stdio: ["ignore", "pipe", "inherit", "ipc"], execArgv: [] });
  let found: ConfigReport | undefined;
  const onReport = (report: ConfigReport) => {
    found = report;
    return true;
  };
  const reason = await supervise<ConfigReport>(child, bundled, { limitMs, signal, onReport });
  signal?.throwIfAborted();
  return found ?? { kind: "failed", message: reason!, stack: "" };
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
