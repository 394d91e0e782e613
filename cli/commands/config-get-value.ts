// `dagwright config get-value SECTION OPTION`: one value, alone on its line. As Airflow's command of that name it exits with 0 also where
// there is no such option: then nothing is on stdout, and a warning on stderr.

import { didYouMean } from "../../runtime/did-you-mean.ts";
import type { Setting } from "../../runtime/settings.ts";
import type { Command } from "../command.ts";

interface ConfigGetValueArgs {
  readonly section: string;
  readonly option: string;
}

export const configGetValue: Command<ConfigGetValueArgs> = {
  name: "config get-value",
  summary: "Print the value of one setting",
  arguments: [
    { name: "section", description: "The setting's section, e.g. core", required: true },
    { name: "option", description: "The setting, e.g. parallelism", required: true },
  ],
  examples: [{ command: "dagwright config get-value core parallelism", description: "How many tasks run at once" }],
  run: async ({ section, option }, io) => {
    const { describeProjectSettings } = await import("../project-settings.ts");
    const { formatSetting, settings } = await import("../../runtime/settings.ts");
    const { warnOfEnvironmentFile } = await import("../warn-environment-file.ts");
    warnOfEnvironmentFile(io);
    const all: readonly Setting[] = Object.values(settings);
    const wanted = `${section}/${option}`.toLowerCase();
    const names = all.map((setting) => `${setting.section}/${setting.option}`);
    const [found] = describeProjectSettings(
      all.filter((_, index) => names[index] === wanted),
      io,
    );
    if (found) io.stdout(`${formatSetting(found.value)}\n`);
    else {
      const remedy = "see `npx dagwright config list` for those that there are";
      const what = `runs without Airflow have no setting ${JSON.stringify(wanted)}${didYouMean(wanted, names)}`;
      io.stderr(`warning: ${what}: ${remedy}\n`);
    }
    return 0;
  },
};
