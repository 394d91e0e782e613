// The project's configuration, as `dagwright.config.ts` exports it by default.

import type { LintRule, RuleSeverity } from "./lint-rule.ts";

export type { RuleSeverity } from "./lint-rule.ts";

export interface Config {
  /** Airflow versions that the generated Python must run on, e.g. `["3.0", "3.3"]`. Default: every version from 3.0 on. */
  readonly airflow?: readonly string[];
  /** The pools that this project's Airflow has, besides `default_pool`: others are errors. Default: any pool may be named. */
  readonly pools?: readonly string[];
  /** What `dagwright lint` demands of this project. Default: every rule as `dagwright rules` lists it. */
  readonly lint?: LintConfig;
}

export interface LintConfig {
  /** What holds where nothing else is set. `strict` adds matters of taste: naming, owners, descriptions. Default: `recommended`. */
  readonly extends?: LintPreset;
  /**
   * Rules by their codes, e.g. `{ "tags-missing": "warning", "retries-minimum": ["error", { min: 3 }] }`. Rules of the group `validity` stand:
   * what breaks one cannot be built.
   */
  readonly rules?: RuleSettings;
  /** Other settings for some DAGs; a later entry wins over an earlier one. */
  readonly overrides?: readonly LintOverride[];
  /** Rules of the project's own, each made with `defineRule`. In `rules` and `overrides` one is called `custom/NAME`. */
  readonly customRules?: readonly LintRule[];
}

export interface LintOverride {
  /** Patterns of DAG ids, e.g. `["adhoc_*"]`. Default: every DAG. */
  readonly dags?: readonly string[];
  /**
   * Patterns of the files that define the DAGs, relative to the project, e.g. `["dags/legacy/**"]`; not of modules that they import, where a
   * finding may be shown. Default: every file.
   */
  readonly files?: readonly string[];
  readonly rules: RuleSettings;
}

export type LintPreset = "recommended" | "strict";
export type RuleSettings = Readonly<Record<string, RuleSetting>>;
/** A severity, or one with the rule's options; without them, those set before stay. */
export type RuleSetting = RuleSeverity | readonly [RuleSeverity, Readonly<Record<string, unknown>>];

/** Types the configuration in the editor; returns it unchanged. */
export function defineConfig(config: Config): Config {
  return config;
}
