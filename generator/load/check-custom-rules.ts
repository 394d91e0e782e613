// The form of the configuration's `lint.customRules`, and what is known of them outside of the process that runs them.

import type { RuleSeverity } from "../../runtime/config.ts";
import type { JsonObject } from "../../runtime/dag/json.ts";
import { findJsonFaults, isPlainObject } from "../../runtime/dag/shapes.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import type { LintRule } from "../../runtime/lint-rule.ts";
import { mistake, quote } from "./config-mistake.ts";

/** A rule without its function. */
export interface LoadedCustomRule {
  readonly name: string;
  readonly summary: string;
  readonly severity: RuleSeverity;
  readonly page: string | null;
  readonly options: JsonObject;
}

const keys: readonly string[] = [
  "name",
  "summary",
  "severity",
  "page",
  "options",
  "check",
] satisfies (keyof LintRule)[];
const severities: readonly string[] = ["off", "warning", "error"] satisfies RuleSeverity[];

export function checkCustomRules(value: unknown): LoadedCustomRule[] {
  if (!Array.isArray(value)) {
    throw mistake("lint.customRules is not a list", quote(value), "Write customRules: [defineRule({ … })]");
  }
  const checked = value.map((rule: unknown, index) => checkCustomRule(rule, `lint.customRules[${index}]`));
  const names = checked.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return checked;
  throw mistake("two rules in lint.customRules have one name", quote(twice), "Give one of the two another name");
}

function checkCustomRule(value: unknown, path: string): LoadedCustomRule {
  if (!isPlainObject(value)) throw mistake(`${path} is no rule`, quote(value), "Write defineRule({ … })");
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw mistake(`unknown key in ${path}`, quote(key), suggest(key, keys));
  }
  const { name, summary, severity = "error", page = null, options = {}, check } = value;
  const refuse = (key: string, isRight: boolean, remedy: string) => {
    if (!isRight) throw mistake(`${path}.${key} cannot be used`, quote(value[key]), remedy);
  };
  const isLine = typeof summary === "string" && /^\S.*$/.test(summary);
  refuse(
    "name",
    typeof name === "string" && /^[a-z][a-z0-9-]*$/.test(name),
    'Write small letters, digits and -: "team-tag"',
  );
  refuse("summary", isLine, "Say in one line what it demands");
  refuse(
    "severity",
    typeof severity === "string" && severities.includes(severity),
    'Write "off", "warning" or "error"',
  );
  refuse("page", page === null || typeof page === "string", "Write Markdown, as one string");
  refuse("options", isPlainObject(options) && findJsonFaults(options).length === 0, "Write { name: default }, in JSON");
  refuse("check", typeof check === "function", "Write the function that judges a DAG: check: (dag) => []");
  return { name, summary, severity, page, options } as LoadedCustomRule;
}
