// A task that never runs, whatever happens before it: no combination of states that its upstream tasks can end in meets its trigger rule.

import { findCycles, graphOf } from "../../runtime/dag/graph.ts";
import { triggerRules } from "../../runtime/dag/trigger-rules.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { possibleStates } from "./possible-states.ts";
import { inTask, type Rule } from "./rule.ts";

export const unmetTriggerRule: Rule = {
  code: "unmet-trigger-rule",
  group: "convention",
  severity: "error",
  summary: "every task's trigger rule can be met",
  view: "dag",
  check: (dag) => {
    if (!isJudgeable(dag)) return [];
    const { neverRun, states } = possibleStates(dag.model);
    const ids = new Set(neverRun.map(({ id }) => id));
    // What waits for a task that never runs is mended with it.
    const first = neverRun.filter(({ upstream }) => !upstream.some((id) => ids.has(id)));
    return first.map((task) => {
      const ends = task.upstream.map((id) => `${id} ends as ${[...states.get(id)!].sort().join(", ")}`);
      return {
        at: inTask(dag, dag.model.tasks.indexOf(task), "triggerRule"),
        text: `task ${JSON.stringify(task.id)} never runs: nothing that can happen before it meets ${task.triggerRule}`,
        remedy: `use another trigger rule, or take the task out (${shorten(ends)})`,
      };
    });
  },
};

/** What other rules find already leaves no states to speak of. */
function isJudgeable({ model }: LoadedDag): boolean {
  const { tasks } = model;
  const areUnique = new Set(tasks.map(({ id }) => id)).size === tasks.length;
  const areKnown = tasks.every(({ triggerRule }) => triggerRules.includes(triggerRule));
  return areUnique && areKnown && findCycles(graphOf(model)).length === 0;
}

const mostShown = 3;

function shorten(ends: readonly string[]): string {
  const more = ends.length > mostShown ? `; and ${ends.length - mostShown} more` : "";
  return ends.slice(0, mostShown).join("; ") + more;
}
