// Settings of rules in the configuration: what holds for which DAG, and what is refused.

import { expect, it } from "vitest";
import { ruleSettings, type Subject } from "../../../generator/lint/rule-settings.ts";
import { checkConfig } from "../../../generator/load/check-config.ts";
import { rules } from "../../../generator/rules/index.ts";
import type { LintConfig } from "../../../runtime/config.ts";

const ruleOf = (code: string) => rules.find((rule) => rule.code === code)!;

function settingOf(lint: LintConfig, code: string, subject: Subject = { dag: "films", file: "dags/films.ts" }) {
  return ruleSettings(checkConfig({ lint }).lint, rules)(ruleOf(code), subject);
}

it("without a configuration a rule has its own severity and defaults", () => {
  expect(settingOf({}, "retries-minimum")).toEqual({ severity: "error", options: { min: 2 } });
  expect(settingOf({}, "naming").severity).toBe("off");
  expect(settingOf({ extends: "strict" }, "naming").severity).toBe("warning");
});

it("a severity alone keeps the options set before", () => {
  const lint: LintConfig = {
    rules: { "retries-minimum": ["error", { min: 5 }] },
    overrides: [{ dags: ["fil*"], rules: { "retries-minimum": "warning" } }],
  };
  expect(settingOf(lint, "retries-minimum")).toEqual({ severity: "warning", options: { min: 5 } });
  expect(settingOf(lint, "retries-minimum", { dag: "other", file: "dags/films.ts" }).severity).toBe("error");
  // What belongs to no DAG fits no pattern of DAGs.
  expect(settingOf(lint, "retries-minimum", { file: "dags/films.ts" }).severity).toBe("error");
});

it("the later of two overrides wins", () => {
  const override = (severity: "off" | "warning") => ({ files: ["dags/**"], rules: { "tags-missing": severity } });
  expect(settingOf({ overrides: [override("off"), override("warning")] }, "tags-missing").severity).toBe("warning");
});

it.each<[unknown, string]>([
  [[], "lint is not an object (dagwright.config.ts): []. Write lint: { … }"],
  [{ rule: {} }, 'unknown key in lint (dagwright.config.ts): "rule". Did you mean rules?'],
  [{ extends: "strikt" }, 'lint.extends names no preset (dagwright.config.ts): "strikt". Did you mean strict?'],
  [
    { rules: { "tag-missing": "off" } },
    'unknown rule (dagwright.config.ts): "tag-missing". Did you mean tags-missing?',
  ],
  [
    { rules: { "tags-missing": "of" } },
    'lint.rules["tags-missing"] is no setting of a rule (dagwright.config.ts): "of". Did you mean off?',
  ],
  [
    { rules: { "tags-missing": 2 } },
    'lint.rules["tags-missing"] is no setting of a rule (dagwright.config.ts): 2. Write "off", "warning" or "error"',
  ],
  [
    { rules: { cycle: "off" } },
    'a rule of the group validity has no settings (dagwright.config.ts): "cycle". Leave it out',
  ],
  [
    { rules: { "tags-missing": ["error", { min: 1 }] } },
    'unknown option of tags-missing (dagwright.config.ts): "min". tags-missing has no options',
  ],
  [
    { rules: { "retries-minimum": ["error", { mim: 1 }] } },
    'unknown option of retries-minimum (dagwright.config.ts): "mim". Did you mean min?',
  ],
  [
    { rules: { "retries-minimum": ["error", { min: -1 }] } },
    "min of retries-minimum is not a whole number from 0 on (dagwright.config.ts): -1. Write min: 2",
  ],
  [
    { rules: { naming: ["error", { dag: "[" }] } },
    'dag of naming is not a regular expression as a string (dagwright.config.ts): "[".',
  ],
  [
    { rules: { "tag-policy": ["error", { approved: "x" }] } },
    'approved of tag-policy is not a list of strings (dagwright.config.ts): "x".',
  ],
  [
    { overrides: [{ dags: ["a"], rules: { "schedule-storm": ["off", { max: 1 }] } }] },
    'an override cannot set the options of a rule that looks at the whole project (dagwright.config.ts): "schedule-storm".',
  ],
  [{ overrides: {} }, "lint.overrides is not a list (dagwright.config.ts): {}."],
  [{ overrides: [{ dags: ["a"] }] }, "lint.overrides[0] sets no rules (dagwright.config.ts): { dags: [ 'a' ] }."],
  [
    { overrides: [{ dags: "a", rules: {} }] },
    'lint.overrides[0].dags is not a list of patterns (dagwright.config.ts): "a".',
  ],
  [
    { overrides: [{ file: ["a"], rules: {} }] },
    'unknown key in lint.overrides[0] (dagwright.config.ts): "file". Did you mean files?',
  ],
])("%j is refused", (lint, words) => {
  expect(() => ruleSettings(checkConfig({ lint }).lint, rules)).toThrow(words);
});
