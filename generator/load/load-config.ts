// The project's configuration: `dagwright.config.ts` bundled, evaluated, checked and filled with defaults. Evaluated in this
// process: it is the user's own program, like the configuration of any build tool.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suggest } from "../../runtime/did-you-mean.ts";
import { isKnownError, KnownError } from "../../runtime/errors.ts";
import { bundleModule } from "./bundle.ts";

/** Every Airflow that the generated Python is tested with. */
export const supportedAirflowVersions = ["3.0", "3.1", "3.2", "3.3"] as const;
export type AirflowVersion = (typeof supportedAirflowVersions)[number];

/** The configuration after defaults: nothing is optional any more. */
export interface LoadedConfig {
  /** Ascending, each once. */
  readonly airflow: readonly AirflowVersion[];
}

const fileName = "dagwright.config.ts";
const defaults: LoadedConfig = { airflow: supportedAirflowVersions };

/** @throws KnownError when the file cannot be evaluated or says something that does not exist. */
export async function loadConfig(root: string): Promise<LoadedConfig> {
  if (!existsSync(join(root, fileName))) return defaults;
  return checkConfig(await evaluateConfig(root));
}

async function evaluateConfig(root: string): Promise<unknown> {
  const work = join(root, ".dagwright", "work");
  mkdirSync(work, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(work, "config-"));
  const file = join(folder, "config.mjs");
  try {
    writeFileSync(file, await bundleModule(root, fileName));
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    if (isKnownError(error)) throw error;
    const found = error instanceof Error ? error.message : String(error);
    throw new KnownError(
      { what: "the configuration cannot be evaluated", where: fileName, found, remedy: `Correct ${fileName}` },
      { cause: error },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Checks what the file exports by default. */
export function checkConfig(value: unknown): LoadedConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw mistake(
      "the configuration is not an object",
      quote(value),
      'End the file with `export default defineConfig({ airflow: ["3.3"] })`',
    );
  }
  const known = Object.keys(defaults);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw mistake("unknown configuration key", quote(key), suggest(key, known));
  }
  const { airflow } = value as { airflow?: unknown };
  return { airflow: airflow === undefined ? defaults.airflow : checkAirflow(airflow) };
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

function mistake(what: string, found: string, remedy: string): KnownError {
  return new KnownError({ what, where: fileName, found, remedy, isRetryable: false });
}

function quote(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
