// What `dagwright.config.ts` may say, and the configuration after defaults.

import { suggest } from "../../runtime/did-you-mean.ts";
import { checkLintConfig, defaultLintConfig, type LoadedLintConfig } from "./check-lint-config.ts";
import { mistake, quote } from "./config-mistake.ts";

/** Every Airflow that the generated Python is tested with. */
export const supportedAirflowVersions = ["3.0", "3.1", "3.2", "3.3"] as const;
export type AirflowVersion = (typeof supportedAirflowVersions)[number];

/** The configuration after defaults: nothing is optional any more. */
export interface LoadedConfig {
  /** Ascending, each once. */
  readonly airflow: readonly AirflowVersion[];
  /** Null: any may be named. */
  readonly pools: readonly string[] | null;
  readonly lint: LoadedLintConfig;
}

export const defaultConfig: LoadedConfig = {
  airflow: supportedAirflowVersions,
  pools: null,
  lint: defaultLintConfig,
};

/** Checks what the file exports by default. @throws KnownError for what does not exist. */
export function checkConfig(value: unknown): LoadedConfig {
  if (value instanceof Promise) {
    throw mistake("the configuration is not an object", "a promise", "Await it: export default await …");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw mistake(
      "the configuration is not an object",
      quote(value),
      'End the file with `export default defineConfig({ airflow: ["3.3"] })`',
    );
  }
  const known = Object.keys(defaultConfig);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw mistake("unknown configuration key", quote(key), suggest(key, known));
  }
  const { airflow, pools, lint } = value as { airflow?: unknown; pools?: unknown; lint?: unknown };
  return {
    airflow: airflow === undefined ? defaultConfig.airflow : checkAirflow(airflow),
    pools: pools === undefined ? defaultConfig.pools : checkPools(pools),
    lint: lint === undefined ? defaultConfig.lint : checkLintConfig(lint),
  };
}

function checkAirflow(value: unknown): AirflowVersion[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw mistake("airflow is not a list of versions", quote(value), 'Write airflow: ["3.3"]');
  }
  for (const version of value as unknown[]) {
    if (supportedAirflowVersions.some((supported) => supported === version)) continue;
    const accepted = `Accepted: ${supportedAirflowVersions.map(quote).join(", ")}`;
    throw mistake("unsupported Airflow version", `${quote(version)}${reasonFor(version)}`, accepted);
  }
  return supportedAirflowVersions.filter((version) => value.includes(version));
}

/** Why a version that somebody runs is none of those. */
function reasonFor(version: unknown): string {
  if (typeof version !== "string") return "";
  if (/^[12](\.|$)/.test(version))
    return ", which lacks airflow.sdk, where the generated Python takes its classes from";
  if (/^3\.[0-3]\.\d+$/.test(version)) return ", which is more than a minor version";
  return /^\d+(\.\d+)*$/.test(version) ? ", which the generated Python is not tested with" : "";
}

function checkPools(value: unknown): string[] {
  const isList = Array.isArray(value) && value.every((name) => typeof name === "string" && name !== "");
  if (isList) return value as string[];
  throw mistake("pools is not a list of names", quote(value), 'Write pools: ["etl"]');
}
