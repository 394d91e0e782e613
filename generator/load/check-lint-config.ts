// The form of the configuration's `lint`: settings of rules, and overrides. Which rules there are is not known here, see rule-settings.ts.

import type { LintPreset, RuleSeverity } from "../../runtime/config.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import { checkCustomRules, type LoadedCustomRule } from "./check-custom-rules.ts";
import { mistake, quote } from "./config-mistake.ts";

export interface LoadedLintConfig {
  readonly preset: LintPreset;
  readonly rules: LoadedRuleSettings;
  readonly overrides: readonly LoadedOverride[];
  readonly customRules: readonly LoadedCustomRule[];
}

export interface LoadedOverride {
  /** Null: every one. */
  readonly dags: readonly string[] | null;
  readonly files: readonly string[] | null;
  readonly rules: LoadedRuleSettings;
}

export type LoadedRuleSettings = Readonly<Record<string, LoadedRuleSetting>>;

export interface LoadedRuleSetting {
  readonly severity: RuleSeverity;
  /** Null: as set before. */
  readonly options: Readonly<Record<string, unknown>> | null;
}

export const defaultLintConfig: LoadedLintConfig = { preset: "recommended", rules: {}, overrides: [], customRules: [] };

const severities: readonly string[] = ["off", "warning", "error"] satisfies RuleSeverity[];
const presets: readonly string[] = ["recommended", "strict"] satisfies LintPreset[];

export function checkLintConfig(value: unknown): LoadedLintConfig {
  const keys = ["extends", "rules", "overrides", "customRules"];
  const given = checkKeys(value, "lint", keys);
  const { extends: preset = defaultLintConfig.preset, rules = {}, overrides = [], customRules = [] } = given;
  if (typeof preset !== "string" || !presets.includes(preset)) {
    throw mistake("lint.extends names no preset", quote(preset), suggest(String(preset), presets));
  }
  if (!Array.isArray(overrides)) {
    throw mistake(
      "lint.overrides is not a list",
      quote(overrides),
      'Write overrides: [{ dags: ["adhoc_*"], rules: {} }]',
    );
  }
  return {
    preset: preset as LintPreset,
    rules: checkRules(rules, "lint.rules"),
    overrides: overrides.map((override, index) => checkOverride(override, `lint.overrides[${index}]`)),
    customRules: checkCustomRules(customRules),
  };
}

function checkOverride(value: unknown, path: string): LoadedOverride {
  const { dags, files, rules } = checkKeys(value, path, ["dags", "files", "rules"]);
  if (rules === undefined) throw mistake(`${path} sets no rules`, quote(value), "Add rules: { … } to it");
  return {
    dags: checkPatterns(dags, `${path}.dags`),
    files: checkPatterns(files, `${path}.files`),
    rules: checkRules(rules, `${path}.rules`),
  };
}

function checkPatterns(value: unknown, path: string): string[] | null {
  if (value === undefined) return null;
  const isList = Array.isArray(value) && value.length > 0;
  if (isList && value.every((part) => typeof part === "string" && part !== "")) return value as string[];
  throw mistake(`${path} is not a list of patterns`, quote(value), 'Write ["adhoc_*"], or leave it out for all');
}

function checkRules(value: unknown, path: string): LoadedRuleSettings {
  const entries = Object.entries(checkObject(value, path));
  return Object.fromEntries(entries.map(([code, setting]) => [code, checkSetting(setting, `${path}["${code}"]`)]));
}

function checkSetting(value: unknown, path: string): LoadedRuleSetting {
  const [severity, options, ...more] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (typeof severity !== "string" || !severities.includes(severity) || more.length > 0) {
    const remedy = typeof severity === "string" ? suggest(severity, severities) : 'Write "off", "warning" or "error"';
    throw mistake(`${path} is no setting of a rule`, quote(value), remedy);
  }
  return {
    severity: severity as RuleSeverity,
    options: options === undefined ? null : checkObject(options, `${path}[1]`),
  };
}

function checkKeys(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  const object = checkObject(value, path);
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) throw mistake(`unknown key in ${path}`, quote(key), suggest(key, known));
  }
  return object;
}

function checkObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw mistake(`${path} is not an object`, quote(value), `Write ${path.split(".").at(-1)}: { … }`);
}
