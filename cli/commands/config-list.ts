// `dagwright config list`: the settings of the standalone runner. Without -o as Airflow's command prints them, a text that airflow.cfg
// takes; values are always shown, as none of them is a secret.

import type { Setting } from "../../runtime/settings.ts";
import type { Command } from "../command.ts";
import { type OutputFormat, outputOption } from "../output-option.ts";

interface ConfigListArgs {
  readonly section?: string;
  readonly includeDescriptions: boolean;
  readonly includeEnvVars: boolean;
  readonly includeSources: boolean;
  readonly output?: OutputFormat;
}

const { default: _, ...formats } = outputOption;

export const configList: Command<ConfigListArgs> = {
  name: "config list",
  summary: "List the settings of runs without Airflow",
  options: {
    section: { type: "string", description: "Only the settings of this section" },
    includeDescriptions: { type: "boolean", alias: "d", default: false, description: "Say what each setting does" },
    includeEnvVars: { type: "boolean", alias: "V", default: false, description: "Name the variable of each setting" },
    includeSources: { type: "boolean", alias: "s", default: false, description: "Say where each value is set" },
    output: { ...formats, description: `${formats.description}; default: as in airflow.cfg` },
  },
  examples: [
    { command: "dagwright config list -d -V", description: "What can be set, and by which variables" },
    { command: "dagwright config list -o table", description: "With where each value is set" },
  ],
  run: async ({ output, ...args }, io) => {
    const { describeProjectSettings } = await import("../project-settings.ts");
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    const { renderConfig } = await import("../render-config.ts");
    const { settings, settingVariable } = await import("../../runtime/settings.ts");
    const { showRows } = await import("../show-rows.ts");
    warnOfEnvironmentFile(io);
    const wanted = args.section?.toLowerCase();
    const isWanted = ({ section }: Setting) => wanted === undefined || section === wanted;
    const chosen = describeProjectSettings(Object.values(settings).filter(isWanted), io);
    if (output === undefined) {
      io.stdout(renderConfig(chosen, args));
      return 0;
    }
    const rows = chosen.map(({ setting, value, source }) => ({
      section: setting.section,
      option: setting.option,
      value,
      source,
      variable: settingVariable(setting),
      default: setting.default,
      description: setting.doc,
    }));
    await showRows(rows, { output, columns: ["section", "option", "value", "source"] }, io);
    return 0;
  },
};
