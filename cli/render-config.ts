// Settings as the text of an airflow.cfg, with comments above each if they are wanted, as `airflow config list` prints them.

import { formatSetting, settingVariable } from "../runtime/settings.ts";
import type { SettingInProject } from "./project-settings.ts";

export interface ConfigComments {
  readonly includeDescriptions: boolean;
  readonly includeEnvVars: boolean;
  readonly includeSources: boolean;
}

export function renderConfig(all: readonly SettingInProject[], comments: ConfigComments): string {
  const sections = [...new Set(all.map(({ setting }) => setting.section))];
  return sections
    .map((section) => {
      const own = all.filter(({ setting }) => setting.section === section);
      return `[${section}]\n${own.map((found) => renderSetting(found, comments)).join("")}\n`;
    })
    .join("");
}

function renderSetting({ setting, value, source }: SettingInProject, comments: ConfigComments): string {
  const lines = [
    // A sentence a line.
    ...(comments.includeDescriptions ? setting.doc.split(/(?<=\.) /) : []),
    ...(comments.includeSources ? [`Source: ${source}`] : []),
    ...(comments.includeEnvVars ? [`Variable: ${settingVariable(setting)}`] : []),
  ];
  const text = `${lines.map((line) => `# ${line}\n`).join("")}${setting.option} = ${formatSetting(value)}\n`;
  return lines.length === 0 ? text : `${text}\n`;
}
