// Settings under Airflow's names: their defaults and what a text is taken for are what real Airflow says.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSetting, readSettings, type Setting, settings, settingVariable } from "../../runtime/settings.ts";
import { type AirflowVersion, airflowPython, airflowVersions, describeWithPython } from "../support/airflow.ts";
import { createFolder } from "../support/built-project.ts";

const all: readonly Setting[] = Object.values(settings);
/** What Airflow 3.0 refuses, and later ones read. */
const fractions = ["7.0", "7.", "1e2"];
const texts = [
  ...fractions,
  ..."7|07|+7|1_000|7.5|.5|1e-2|0x10|seven|1__0|_1|1_|--1|nan|inf|1 2".split("|"),
  ...["", " ", " 7 ", "7 # tasks", "7#"],
  ..."True|true|TRUE|t|T|1|yes|on|False|f|F|0|no|off|none|True # a comment|f#".split("|"),
];

describe("settings", () => {
  it("have their defaults where nothing is set", () => {
    expect(readSettings({})).toEqual({
      parallelism: 16,
      maxActiveTasksPerDag: 16,
      maxActiveRunsPerDag: 16,
      dagsArePausedAtCreation: true,
      maxConsecutiveFailedDagRunsPerDag: 0,
      defaultPoolTaskSlotCount: 128,
    });
  });

  it("are read from Airflow's variables", () => {
    const environment = {
      AIRFLOW__CORE__PARALLELISM: "4",
      AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: "f",
      AIRFLOW__CORE__DEFAULT_POOL_TASK_SLOT_COUNT: "-1",
    };
    const read = { parallelism: 4, dagsArePausedAtCreation: false, defaultPoolTaskSlotCount: -1 };
    expect(readSettings(environment)).toMatchObject(read);
  });

  it.each([
    [
      "AIRFLOW__CORE__PARALLELISM",
      "0",
      'a setting cannot be read (AIRFLOW__CORE__PARALLELISM, in the environment or in .env): "0". Write a whole number from 1 to 2147483647, or leave it out for 16',
    ],
    ["AIRFLOW__CORE__PARALLELISM", "3000000000", '"3000000000". Write a whole number from 1'],
    ["AIRFLOW__CORE__MAX_CONSECUTIVE_FAILED_DAG_RUNS_PER_DAG", "-1", '"-1". Write a whole number from 0'],
    ["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION", "yes", '"yes". Write True or False, or leave it out for True'],
  ])("%s=%s is refused", (name, text, words) => {
    expect(() => readSettings({ [name]: text })).toThrow(words);
  });
});

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)("%s has the same defaults, but for parallelism, and reads texts alike", (version) => {
    const { defaults, read } = ask(version);
    const own = Object.fromEntries(all.map((setting) => [setting.option, setting.default]));
    expect({ ...own, parallelism: 32 }).toEqual(defaults);
    for (const setting of all) {
      // What lies below the least that makes sense is refused here, and by Airflow where it is used.
      const inBounds = (value: Value) =>
        typeof value === "number" && setting.type === "integer" && value < setting.minimum ? null : value;
      const asked = version.startsWith("3.0.") ? texts.filter((text) => !fractions.includes(text)) : texts;
      const theirs = asked.map((text) => [text, inBounds(read[setting.option]![text]!)]);
      expect(asked.map((text) => [text, readOrNull(setting, text)])).toEqual(theirs);
    }
  });
});

type Value = number | boolean | null;

interface Answer {
  readonly defaults: Readonly<Record<string, Value>>;
  readonly read: Readonly<Record<string, Readonly<Record<string, Value>>>>;
}

function ask(version: AirflowVersion): Answer {
  const script = fileURLToPath(new URL("airflow-config.py", import.meta.url));
  const asked = all.map(({ section, option, type }) => ({ section, option, type }));
  const { status, stdout, stderr } = spawnSync(airflowPython(version), [script], {
    input: JSON.stringify({ settings: asked, texts }),
    encoding: "utf8",
    env: { PATH: process.env["PATH"], AIRFLOW_HOME: createFolder() },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Answer;
}

function readOrNull(setting: Setting, text: string): Value {
  try {
    return readSetting(setting, { [settingVariable(setting)]: text });
  } catch {
    return null;
  }
}
