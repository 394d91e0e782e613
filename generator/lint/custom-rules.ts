// The configuration's own rules as rules like all others: their declarations, and, after they ran, what they found.

import type { JsonObject, JsonValue } from "../../runtime/dag/json.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { LoadedCustomRule } from "../load/check-custom-rules.ts";
import type { LoadedLintConfig } from "../load/check-lint-config.ts";
import type { CustomFinding } from "../load/custom-rules-child.ts";
import type { EvaluationLimits } from "../load/evaluate.ts";
import type { LoadedDag, LoadedProject } from "../load/loaded.ts";
import { type BrokenRule, runCustomRules } from "../load/run-custom-rules.ts";
import { rules } from "../rules/index.ts";
import { type Finding, inDag, inTask, type Rule, type RuleOption } from "../rules/rule.ts";
import type { SettingOf } from "./rule-settings.ts";

/** Every rule that there is, the project's own last. What these find is not known yet. */
export function allRules({ customRules }: Pick<LoadedLintConfig, "customRules">): Rule[] {
  return [...rules, ...customRules.map((rule) => toRule(rule, () => []))];
}

export function codeOf({ name }: Pick<LoadedCustomRule, "name">): string {
  return `custom/${name}`;
}

export interface Judged {
  /** With what they found. */
  readonly rules: readonly Rule[];
  readonly problems: readonly Pick<Diagnostic, "file" | "line" | "column" | "text" | "remedy">[];
  /** Codes of those that have one. */
  readonly broken: readonly string[];
}

/** Runs those that are on for any DAG. */
export async function judgeByCustomRules(
  project: LoadedProject,
  { customRules }: LoadedLintConfig,
  { settingOf, limits }: { readonly settingOf: SettingOf; readonly limits: EvaluationLimits },
): Promise<Judged> {
  const requested = customRules.map((custom) => {
    const rule = toRule(custom, () => []);
    const checks = project.dags.flatMap(({ model, file }, dag) => {
      const { severity, options } = settingOf(rule, { dag: model.id, file });
      return severity === "off" ? [] : [{ dag, options: options as JsonObject }];
    });
    return { name: custom.name, checks };
  });
  const active = requested.filter(({ checks }) => checks.length > 0);
  if (active.length === 0) return { rules: [], problems: [], broken: [] };
  const { findings, broken } = await runCustomRules(project, active, limits);
  const judged = customRules.map((custom) => {
    const own = findings.get(custom.name) ?? [];
    const check = (dag: LoadedDag) =>
      own.filter((found) => project.dags[found.dag] === dag).map((found) => toFinding(dag, found));
    return toRule(custom, check);
  });
  return { rules: judged, problems: broken.map(toProblem), broken: broken.map(codeOf) };
}

function toRule(custom: LoadedCustomRule, check: (dag: LoadedDag) => readonly Finding[]): Rule {
  const options = Object.entries(custom.options).map(([name, value]) => [name, optionOf(name, value)]);
  return {
    code: codeOf(custom),
    group: "convention",
    severity: custom.severity,
    summary: custom.summary,
    options: Object.fromEntries(options) as Readonly<Record<string, RuleOption>>,
    view: "dag",
    check,
  };
}

function optionOf(name: string, value: JsonValue): RuleOption {
  return {
    kind: "like-default",
    default: value,
    description: `Write it like its default, ${name}: ${JSON.stringify(value)}`,
  };
}

function toFinding(dag: LoadedDag, { task, path = [], text, remedy }: CustomFinding): Finding {
  const index = dag.model.tasks.findIndex(({ id }) => id === task);
  return { at: task === undefined ? inDag(dag, ...path) : inTask(dag, index, ...path), text, remedy };
}

function toProblem({ name, at, problem }: BrokenRule): Judged["problems"][number] {
  const remedy = "correct the rule: it runs through, and returns a list of { text, remedy }";
  return { ...at, text: `custom rule ${JSON.stringify(name)} cannot be used: ${problem}`, remedy };
}
