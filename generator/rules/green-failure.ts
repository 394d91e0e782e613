// A leaf that runs whatever happened decides the run's state: when it succeeds, a run whose work failed is green.
// Source: airflow/models/dagrun.py (update_state), where the leaves but for teardowns decide.

import { graphOf, leavesOf } from "../../runtime/dag/graph.ts";
import type { TriggerRule } from "../../runtime/dag/trigger-rules.ts";
import { inTask, type Rule } from "./rule.ts";

/** Rules under which a task may succeed after a failure upstream. */
const indifferent: readonly TriggerRule[] = ["all_done", "always", "none_skipped", "one_done"];

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
      if (!indifferent.includes(task.triggerRule)) return [];
      return [
        {
          at: inTask(dag, index, "triggerRule"),
          text: `task ${JSON.stringify(task.id)} ends the DAG and runs whatever happened (${task.triggerRule}): when it succeeds, the run is a success, although what came before may have failed`,
          remedy: "make it a teardown, or let the work before it be a leaf, too",
        },
      ];
    });
  },
};
