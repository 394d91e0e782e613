// What the configuration makes of each rule: its severity and options for a DAG or a file.

import type { RuleSeverity } from "../../runtime/config.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import { createMatcher } from "../../runtime/glob.ts";
import type {
  LoadedLintConfig,
  LoadedOverride,
  LoadedRuleSetting,
  LoadedRuleSettings,
} from "../load/check-lint-config.ts";
import { mistake, quote } from "../load/config-mistake.ts";
import type { Rule, RuleOption, RuleOptions } from "../rules/rule.ts";

export interface RuleSetting {
  readonly severity: RuleSeverity;
  readonly options: RuleOptions;
}

/** What is linted: a DAG and the file that defines it, or a file. */
export interface Subject {
  readonly dag?: string;
  readonly file: string;
}

export type SettingOf = (rule: Rule, subject: Subject) => RuleSetting;

/** @throws KnownError for a rule or an option that does not exist, or takes another value. */
export function ruleSettings(config: LoadedLintConfig, rules: readonly Rule[]): SettingOf {
  checkAll(config.rules, rules);
  for (const { rules: settings } of config.overrides) {
    checkAll(settings, rules);
    checkOverride(settings, rules);
  }
  const overrides = config.overrides.map((override) => ({ ...override, fits: matcherOf(override) }));
  return (rule, subject) => {
    const severity = config.preset === "strict" ? (rule.strict ?? rule.severity) : rule.severity;
    const base: RuleSetting = { severity, options: defaultsOf(rule) };
    const applied = overrides.filter(({ fits }) => fits(subject)).map(({ rules: own }) => own[rule.code]);
    return [config.rules[rule.code], ...applied].reduce(apply, base);
  };
}

function apply(before: RuleSetting, setting: LoadedRuleSetting | undefined): RuleSetting {
  if (setting === undefined) return before;
  return { severity: setting.severity, options: { ...before.options, ...setting.options } };
}

function defaultsOf({ options = {} }: Rule): RuleOptions {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default]));
}

function matcherOf({ dags, files }: LoadedOverride): (subject: Subject) => boolean {
  const fitsDag = dags === null ? () => true : createMatcher(dags);
  const fitsFile = files === null ? () => true : createMatcher(files);
  return ({ dag, file }) => fitsFile(file) && (dags === null || (dag !== undefined && fitsDag(dag)));
}

function checkAll(settings: LoadedRuleSettings, rules: readonly Rule[]): void {
  for (const [code, { options }] of Object.entries(settings)) {
    const rule = rules.find((candidate) => candidate.code === code);
    if (!rule) {
      throw mistake(
        "unknown rule",
        quote(code),
        `${suggest(
          code,
          rules.map((known) => known.code),
        )} See dagwright rules`,
      );
    }
    if (rule.group === "validity") {
      const remedy = "Leave it out: what breaks this rule cannot be built";
      throw mistake("a rule of the group validity has no settings", quote(code), remedy);
    }
    for (const [name, value] of Object.entries(options ?? {})) checkOption(rule, name, value);
  }
}

/** A rule that looks at the whole project has one set of options: it looks once. */
function checkOverride(settings: LoadedRuleSettings, rules: readonly Rule[]): void {
  for (const [code, { options }] of Object.entries(settings)) {
    const { view } = rules.find((rule) => rule.code === code)!;
    if (options === null || view !== "project") continue;
    const remedy = `Set them in lint.rules; an override can set the severity of ${code}`;
    throw mistake("an override cannot set the options of a rule that looks at the whole project", quote(code), remedy);
  }
}

function checkOption({ code, options = {} }: Rule, name: string, value: unknown): void {
  const option = options[name];
  if (!option) {
    const names = Object.keys(options);
    const remedy = names.length === 0 ? `${code} has no options: leave them out` : suggest(name, names);
    throw mistake(`unknown option of ${code}`, quote(name), remedy);
  }
  const wanted = wantedInstead(option, value);
  if (wanted !== undefined) throw mistake(`${name} of ${code} is not ${wanted}`, quote(value), option.description);
}

/** Undefined when the value is right. */
function wantedInstead(option: RuleOption, value: unknown): string | undefined {
  switch (option.kind) {
    case "count":
      return Number.isInteger(value) && (value as number) >= 0 ? undefined : "a whole number from 0 on";
    case "texts":
      return Array.isArray(value) && value.every((part) => typeof part === "string") ? undefined : "a list of strings";
    case "pattern":
      return typeof value === "string" && isPattern(value) ? undefined : "a regular expression as a string";
    case "like-default":
      return typeOf(value) === typeOf(option.default) ? undefined : typeOf(option.default);
    default:
      return option satisfies never;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, "u");
    return true;
  } catch {
    return false;
  }
}
