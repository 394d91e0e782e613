// A leaf that runs after a failure decides the run's state: when it succeeds, a run whose work failed is green.
// Source: airflow/models/dagrun.py (update_state), where the leaves but for teardowns decide.

import { graphOf, leavesOf } from "../../runtime/dag/graph.ts";
import { judge, type TriggerRule } from "../../runtime/dag/trigger-rules.ts";
import { inTask, type Rule } from "./rule.ts";

/** Whether a task under this rule may run although one of its upstream tasks failed. */
function runsAfterFailure(rule: TriggerRule, upstream: number): boolean {
  const others = ["success", "failed", "skipped"] as const;
  return others.some((other) => {
    const states = ["failed" as const, ...Array.from({ length: upstream - 1 }, () => other)];
    return judge(rule, { states, setupStates: [] }) === "run";
  });
}

export const greenFailure: Rule = {
  code: "green-failure",
  group: "convention",
  severity: "warning",
  summary: "no leaf hides a failure before it: a run whose work failed does not end green",
  view: "dag",
  check: (dag) => {
    const graph = graphOf(dag.model);
    const leaves = leavesOf(graph);
    return dag.model.tasks.flatMap((task, index) => {
      if (!leaves.includes(task.id) || task.upstream.length === 0 || task.role !== null) return [];
      if (!runsAfterFailure(task.triggerRule, task.upstream.length)) return [];
      return [
        {
          at: inTask(dag, index, "triggerRule"),
          text: `task ${JSON.stringify(task.id)} ends the DAG and may run after a failure (${task.triggerRule}): when it succeeds, the run is a success, although what came before failed`,
          remedy: "put an empty task beside it that only runs after success, or make it a teardown",
        },
      ];
    });
  },
};
