// What a deployment sets for the standalone runner, under Airflow's names: `AIRFLOW__<SECTION>__<OPTION>` of an environment that is handed
// in. One table; only what the runner heeds is in it. Source of names, defaults and readings: airflow/config_templates/config.yml and
// getint, getboolean of airflow/configuration.py, of Airflow 3.3.

import type { Environment } from "./connections/environment.ts";
import { KnownError } from "./errors.ts";

export type Setting = IntegerSetting | BooleanSetting;

interface SettingBase {
  readonly section: string;
  readonly option: string;
  /** Sentences for `config list --include-descriptions`. */
  readonly doc: string;
}

interface IntegerSetting extends SettingBase {
  readonly type: "integer";
  readonly default: number;
  readonly minimum: number;
}

interface BooleanSetting extends SettingBase {
  readonly type: "boolean";
  readonly default: boolean;
}

/** What an integer of Airflow's database holds. */
const maximum = 2_147_483_647;

export const settings = {
  parallelism: {
    section: "core",
    option: "parallelism",
    type: "integer",
    default: 16,
    minimum: 1,
    doc: "The most task instances that run at the same time, over all DAG runs. Airflow's default is 32: 16 is what the deployments use that this runner stands in for.",
  },
  maxActiveTasksPerDag: {
    section: "core",
    option: "max_active_tasks_per_dag",
    type: "integer",
    default: 16,
    minimum: 1,
    doc: "The most task instances that run at the same time in each DAG run, where the DAG has no maxActiveTasks.",
  },
  maxActiveRunsPerDag: {
    section: "core",
    option: "max_active_runs_per_dag",
    type: "integer",
    default: 16,
    minimum: 1,
    doc: "The most active DAG runs of each DAG, where it has no maxActiveRuns.",
  },
  dagsArePausedAtCreation: {
    section: "core",
    option: "dags_are_paused_at_creation",
    type: "boolean",
    default: true,
    doc: "Whether a DAG is paused when it is seen for the first time, where it has no isPausedUponCreation.",
  },
  maxConsecutiveFailedDagRunsPerDag: {
    section: "core",
    option: "max_consecutive_failed_dag_runs_per_dag",
    type: "integer",
    default: 0,
    minimum: 0,
    doc: "How many DAG runs fail in a row before the DAG is paused, where it has no maxConsecutiveFailedDagRuns; 0: it never is.",
  },
  defaultPoolTaskSlotCount: {
    section: "core",
    option: "default_pool_task_slot_count",
    type: "integer",
    default: 128,
    minimum: -1,
    doc: "The slots of default_pool when it is created; -1: no limit.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type Settings = {
  readonly [Key in keyof typeof settings]: (typeof settings)[Key]["type"] extends "boolean" ? boolean : number;
};

/** @throws KnownError naming the variable whose value cannot be used. */
export function readSettings(environment: Environment): Settings {
  const read = Object.entries(settings).map(([key, setting]) => [key, readSetting(setting, environment)]);
  return Object.fromEntries(read) as Settings;
}

/** @throws KnownError when its value cannot be used. */
export function readSetting(setting: Setting, environment: Environment): number | boolean {
  const text = environment[settingVariable(setting)];
  if (text === undefined) return setting.default;
  const value = setting.type === "integer" ? parseInteger(text, setting) : parseBoolean(text);
  if (value !== undefined) return value;
  throw new KnownError({
    what: "a setting cannot be read",
    where: `${settingVariable(setting)}, in the environment or in .env`,
    found: JSON.stringify(text),
    remedy: `Write ${accepted(setting)}, or leave it out for ${formatSetting(setting.default)}`,
    isRetryable: false,
  });
}

export function settingVariable({ section, option }: Setting): string {
  return `AIRFLOW__${section}__${option}`.toUpperCase();
}

/** As `airflow.cfg` has it. */
export function formatSetting(value: number | boolean): string {
  return typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}

function accepted(setting: Setting): string {
  return setting.type === "integer" ? `a whole number from ${setting.minimum} to ${maximum}` : "True or False";
}

/** As Python's int() and float() read it: `1_000` and `16.0` are whole numbers. */
function parseInteger(text: string, { minimum }: IntegerSetting): number | undefined {
  const digits = text.trim().replaceAll(/(?<=\d)_(?=\d)/g, "");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : Number.NaN;
  return Number.isInteger(number) && number >= minimum && number <= maximum ? number : undefined;
}

/** What follows a # is a comment. */
function parseBoolean(text: string): boolean | undefined {
  const word = text.split("#")[0]!.trim().toLowerCase();
  if (["t", "true", "1"].includes(word)) return true;
  return ["f", "false", "0"].includes(word) ? false : undefined;
}
