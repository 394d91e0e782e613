// The settings of the standalone runner as they are in a project: its environment's, over its `.env`'s, over the defaults.

import { type Environment, environmentFile, readEnvironmentFile } from "../runtime/connections/environment.ts";
import { readSetting, readSettings, type Setting, type Settings, settingVariable } from "../runtime/settings.ts";
import type { Io } from "./command.ts";

/** @throws KnownError naming the variable whose value cannot be used. */
export function readProjectSettings(io: Io): Settings {
  return readSettings(loadSettingsEnvironment(io));
}

export interface SettingInProject {
  readonly setting: Setting;
  readonly value: number | boolean;
  readonly source: "default" | "environment" | typeof environmentFile;
}

/** @throws KnownError naming the variable whose value cannot be used. */
export function describeProjectSettings(chosen: readonly Setting[], io: Io): SettingInProject[] {
  const environment = loadSettingsEnvironment(io);
  return chosen.map((setting) => {
    const name = settingVariable(setting);
    const source = io.environment[name] === undefined ? environmentFile : "environment";
    return {
      setting,
      value: readSetting(setting, environment),
      source: environment[name] === undefined ? "default" : source,
    };
  });
}

/** Without `airflow_settings.yaml`: it has no settings of this kind. */
function loadSettingsEnvironment({ projectRoot, environment }: Io): Environment {
  return { ...readEnvironmentFile(projectRoot), ...environment };
}
