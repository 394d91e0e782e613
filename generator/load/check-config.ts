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
  readonly lint: LoadedLintConfig;
}

export const defaultConfig: LoadedConfig = { airflow: supportedAirflowVersions, lint: defaultLintConfig };

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
  const { airflow, lint } = value as { airflow?: unknown; lint?: unknown };
  return {
    airflow: airflow === undefined ? defaultConfig.airflow : checkAirflow(airflow),
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
    throw mistake("unsupported Airflow version", quote(version), accepted);
  }
  return supportedAirflowVersions.filter((version) => value.includes(version));
}
