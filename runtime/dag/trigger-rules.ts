// When a task may start, judged by the states of its direct upstream tasks.
// Source: airflow/ti_deps/deps/trigger_rule_dep.py; the order of the questions within a rule is Airflow's.

import type { TaskState } from "./states.ts";

export const triggerRules = [
  "all_success",
  "all_failed",
  "all_done",
  "all_done_min_one_success",
  "all_skipped",
  "one_success",
  "one_failed",
  "one_done",
  "none_failed",
  "none_failed_min_one_success",
  "none_skipped",
  "all_done_setup_success",
  "always",
] as const;

/**
 * Airflow's trigger rules. Default: `all_success`. `all_done_setup_success` belongs to teardowns and is set by them;
 * `all_done_min_one_success` came with Airflow 3.1.
 */
export type TriggerRule = (typeof triggerRules)[number];

/** Those that Airflow 3.0 does not have, and the first version that has them. */
export const triggerRulesSince: Readonly<Partial<Record<TriggerRule, string>>> = { all_done_min_one_success: "3.1" };

/** `run`: may start now. `wait`: not yet. Else the state that the task gets without running. */
export type Verdict = "run" | "wait" | Extract<TaskState, "skipped" | "upstream_failed">;

/** The states of a task's direct upstream tasks, and of those among them that are setups of it. */
export interface Upstream {
  readonly states: readonly TaskState[];
  readonly setupStates: readonly TaskState[];
}

/** Judges one rule. A task without upstream tasks always runs, whatever its rule. */
export function judge(rule: TriggerRule, upstream: Upstream): Verdict {
  const all = upstream.states.length;
  if (all === 0 || rule === "always") return "run";

  let [success, skipped, failed, upstreamFailed] = [0, 0, 0, 0];
  for (const state of upstream.states) {
    if (state === "success") success++;
    else if (state === "skipped") skipped++;
    else if (state === "failed") failed++;
    else if (state === "upstream_failed") upstreamFailed++;
  }
  const bad = failed + upstreamFailed;
  const allDone = success + skipped + bad === all;

  switch (rule) {
    case "all_success":
      if (bad > 0) return "upstream_failed";
      if (skipped > 0) return "skipped";
      return runIf(success === all);
    case "all_failed":
      if (success + skipped > 0) return "skipped";
      return runIf(bad === all);
    case "all_done":
      return runIf(allDone);
    case "all_done_min_one_success":
      // What was skipped is not done here.
      if (skipped > 0) return "skipped";
      if (allDone && success === 0) return "upstream_failed";
      return runIf(allDone);
    case "all_skipped":
      if (success + bad > 0) return "skipped";
      return runIf(skipped === all);
    case "one_success":
      if (success > 0) return "run";
      if (allDone) return skipped === all ? "skipped" : "upstream_failed";
      return "wait";
    case "one_failed":
      if (bad > 0) return "run";
      return allDone ? "skipped" : "wait";
    case "one_done":
      if (success + failed > 0) return "run";
      return allDone ? "skipped" : "wait";
    case "none_failed":
      if (bad > 0) return "upstream_failed";
      return runIf(success + skipped === all);
    case "none_failed_min_one_success":
      if (bad > 0) return "upstream_failed";
      if (skipped === all) return "skipped";
      return runIf(success + skipped === all);
    case "none_skipped":
      if (skipped > 0) return "skipped";
      return runIf(allDone);
    case "all_done_setup_success":
      return judgeTeardown(allDone, upstream.setupStates);
    default:
      return rule satisfies never;
  }
}

function judgeTeardown(allDone: boolean, setups: readonly TaskState[]): Verdict {
  if (!allDone) return "wait";
  if (setups.length === 0 || setups.includes("success")) return "run";
  return setups.every((state) => state === "skipped") ? "skipped" : "upstream_failed";
}

function runIf(condition: boolean): Verdict {
  return condition ? "run" : "wait";
}
