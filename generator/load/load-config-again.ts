// Loads the configuration again and again: evaluated only when something that it was made of has changed.

import { resolve } from "node:path";
import { configFile } from "./config-mistake.ts";
import type { ConfigLimits } from "./evaluate-config.ts";
import { fingerprintFile, fingerprintText, isTouchedSince } from "./fingerprint.ts";
import { type ConfigWithSources, loadConfigWithSources } from "./load-config.ts";
import { findSurroundings, toGraph } from "./resolution.ts";

export interface KnownConfig extends ConfigWithSources {
  /** Whatever it was made of, and what would have been taken instead. */
  readonly paths: readonly string[];
  /** Undefined: nobody can tell whether it would be the same. */
  readonly state: string | undefined;
}

/** @param known from the time before. @throws KnownError as loadConfig. */
export async function loadConfigAgain(
  root: string,
  known: KnownConfig | undefined,
  limits: ConfigLimits = {},
): Promise<KnownConfig> {
  if (known?.state !== undefined && known.state === stateOf(root, known)) return known;
  const startedAt = Date.now();
  const loaded = await loadConfigWithSources(root, limits);
  const { inputs, observed } = loaded;
  const surroundings = findSurroundings(root, [configFile, ...Object.keys(inputs)]);
  const modules = Object.entries(toGraph(root, inputs, surroundings?.hasAliases ?? true));
  const ofModules = modules.flatMap(([path, { absent }]) => [path, ...absent]);
  const paths = [...new Set([configFile, ...ofModules, ...(surroundings?.files ?? []), ...observed.files])];
  const isSure =
    surroundings !== undefined &&
    !observed.isOpen &&
    !modules.some(([, { isUnsure }]) => isUnsure) &&
    !paths.some((path) => isTouchedSince(resolve(root, path), startedAt));
  return { ...loaded, paths, state: isSure ? stateOf(root, { paths, observed }) : undefined };
}

function stateOf(root: string, { paths, observed }: Pick<KnownConfig, "paths" | "observed">): string {
  const prints = paths.map((path) => fingerprintFile(root, path));
  return [...prints, ...observed.environment.map((name) => fingerprintText(process.env[name]))].join();
}
