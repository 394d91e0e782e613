// Runs the configuration's own rules in a child process. One that ends the child, or does not end, is told by its name; those after it
// run in a new child.

import { fork } from "node:child_process";
import type { Place } from "../diagnostic.ts";
import { configFile } from "./config-mistake.ts";
import type { CustomFinding, CustomRulesReport, CustomRulesRequest, RequestedRule } from "./custom-rules-child.ts";
import { childModule, type EvaluationLimits, evaluationLimitMs, placeInStack } from "./evaluate.ts";
import { withBundledConfig } from "./load-config.ts";
import type { LoadedProject } from "./loaded.ts";
import { supervise } from "./supervise.ts";

export interface CustomRun {
  /** By the rules' names. */
  readonly findings: ReadonlyMap<string, readonly CustomFinding[]>;
  readonly broken: readonly BrokenRule[];
}

export interface BrokenRule {
  readonly name: string;
  readonly at: Place;
  /** What it did, as the end of a sentence. */
  readonly problem: string;
}

export function runCustomRules(
  { root, dags }: LoadedProject,
  rules: readonly RequestedRule[],
  limits: EvaluationLimits,
): Promise<CustomRun> {
  const subjects = dags.map(({ model, file }) => ({ model, file }));
  return withBundledConfig(root, (file) => runAll({ file, dags: subjects, rules }, limits));
}

async function runAll(request: CustomRulesRequest, limits: EvaluationLimits): Promise<CustomRun> {
  const findings = new Map<string, readonly CustomFinding[]>();
  const broken = new Map<string, BrokenRule>();
  const fail = (name: string, problem: string, stack: string) => {
    if (!broken.has(name)) broken.set(name, { name, problem, at: placeInStack(configFile, stack) });
  };
  let waiting = request.rules;
  while (waiting.length > 0) {
    const outcome = await runChild({ ...request, rules: waiting }, limits, (report) => {
      if (report.kind === "checked") findings.set(report.rule, report.findings);
      if (report.kind === "failed") fail(report.rule, report.message, report.stack);
      if (report.kind === "checked" || report.kind === "failed")
        waiting = waiting.filter(({ name }) => name !== report.rule);
    });
    limits.signal?.throwIfAborted();
    if (outcome === undefined) break;
    fail(outcome.rule, outcome.reason, "");
    waiting = waiting.filter(({ name }) => name !== outcome.rule);
  }
  return { findings, broken: [...broken.values()] };
}

const customRulesModule = childModule.replace(/evaluate-child\.js$/, "custom-rules-child.js");

/** Resolves to the rule that ended the child before it was done, and how; undefined when all went through. */
async function runChild(
  request: CustomRulesRequest,
  { evaluationMs: limitMs = evaluationLimitMs, signal }: EvaluationLimits,
  onReport: (report: CustomRulesReport) => void,
): Promise<{ rule: string; reason: string } | undefined> {
  const child = fork(customRulesModule, { stdio: ["ignore", "pipe", "inherit", "ipc"], execArgv: [] });
  let rule = request.rules[0]!.name;
  const reason = await supervise<CustomRulesReport>(child, request, {
    limitMs,
    signal,
    onReport: (report, refresh) => {
      if (report.kind === "started") {
        refresh();
        rule = report.rule;
      }
      onReport(report);
      return report.kind === "finished";
    },
  });
  return reason === undefined ? undefined : { rule, reason };
}
