// The project's configuration: `dagwright.config.ts` found, bundled and evaluated.

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { type BundledModule, bundleModule, type Inputs } from "./bundle-lazily.ts";
import { defaultConfig, type LoadedConfig } from "./check-config.ts";
import { configFile } from "./config-mistake.ts";
import { type ConfigLimits, evaluateConfig } from "./evaluate-config.ts";
import { nothingObserved, type Observed } from "./observe-surroundings.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the file cannot be evaluated or says something that does not exist. */
export async function loadConfig(root: string, limits: ConfigLimits = {}): Promise<LoadedConfig> {
  return (await loadConfigWithSources(root, limits)).config;
}

export interface ConfigWithSources {
  readonly config: LoadedConfig;
  /** What it was made of; none without a file. */
  readonly inputs: Inputs;
  readonly observed: Observed;
}

/** @throws KnownError as loadConfig. */
export async function loadConfigWithSources(root: string, limits: ConfigLimits = {}): Promise<ConfigWithSources> {
  if (!existsSync(join(root, configFile))) {
    return { config: defaultConfig, inputs: {}, observed: nothingObserved };
  }
  return withBundledConfig(root, async (bundled, { inputs, importsValues }) => {
    const { config, observed } = await evaluateConfig(bundled, limits);
    return { config, inputs, observed: { ...observed, isOpen: observed.isOpen || importsValues } };
  });
}

/** Of a project that has one. @throws KnownError when it cannot be bundled. */
export async function withBundledConfig<T>(
  root: string,
  use: (bundled: string, module: BundledModule) => Promise<T>,
): Promise<T> {
  const module = await bundleModule(root, configFile);
  const folder = createWorkFolder(root, "config-");
  const bundled = join(folder, "config.mjs");
  try {
    explainFileErrors("the bundle cannot be written", folder, () => writeFileSync(bundled, module.code));
    return await use(bundled, module);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
