// The project's configuration: `dagwright.config.ts` found, bundled and evaluated.

import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explainFileErrors } from "../../runtime/file-errors.ts";
import { bundleModule } from "./bundle-lazily.ts";
import { defaultConfig, type LoadedConfig } from "./check-config.ts";
import { configFile } from "./config-mistake.ts";
import { type ConfigLimits, evaluateConfig } from "./evaluate-config.ts";
import { createWorkFolder } from "./work-folder.ts";

/** @throws KnownError when the file cannot be evaluated or says something that does not exist. */
export async function loadConfig(root: string, limits: ConfigLimits = {}): Promise<LoadedConfig> {
  if (!existsSync(join(root, configFile))) return defaultConfig;
  const { code } = await bundleModule(root, configFile);
  const folder = createWorkFolder(root, "config-");
  const bundled = join(folder, "config.mjs");
  try {
    explainFileErrors("the bundle cannot be written", folder, () => writeFileSync(bundled, code));
    return await evaluateConfig(bundled, limits);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
