// Whether a task may start, from the states of all tasks of its run: its trigger rule, the setups that it needs although they are not
// directly upstream, and what a teardown waits for. Source: airflow/ti_deps/deps/trigger_rule_dep.py of Airflow 3.3.

import { ancestorsOf, descendantsOf, type Graph, setupsNeededBy, setupsOf } from "../dag/graph.ts";
import type { TaskModel } from "../dag/model.ts";
import { isFinished, type TaskState } from "../dag/states.ts";
import { judge, type Verdict } from "../dag/trigger-rules.ts";

export function judgeTask(graph: Graph, task: TaskModel, stateOf: (taskId: string) => TaskState): Verdict {
  if (task.triggerRule === "always" || task.upstream.length === 0) return "run";
  return task.role === "teardown" ? judgeTeardown(graph, task, stateOf) : judgeWork(graph, task, stateOf);
}

function judgeWork(graph: Graph, task: TaskModel, stateOf: (taskId: string) => TaskState): Verdict {
  // Setups further up than directly: each must have succeeded, whatever the trigger rule.
  const setups = setupsNeededBy(graph, task.id).filter((id) => !task.upstream.includes(id));
  const setupVerdict = judge("all_success", { states: setups.map(stateOf), setupStates: [] });
  if (setupVerdict !== "run" && setupVerdict !== "wait") return setupVerdict;
  const verdict = judge(task.triggerRule, { states: task.upstream.map(stateOf), setupStates: [] });
  // A skip or a failed upstream task settles the task even while a setup is still to come.
  return verdict === "run" ? setupVerdict : verdict;
}

function judgeTeardown(graph: Graph, task: TaskModel, stateOf: (taskId: string) => TaskState): Verdict {
  const setupStates = setupsOf(graph, task.id).map(stateOf);
  const verdict = judge(task.triggerRule, { states: task.upstream.map(stateOf), setupStates });
  if (verdict !== "run") return verdict;
  // Direct upstream tasks are not enough: an `upstream_failed` overtakes what still runs beside it and uses the setup. Airflow 3.0
  // would tear down under it.
  return tasksInScope(graph, task.id).every((id) => isFinished(stateOf(id))) ? "run" : "wait";
}

/** Everything between a teardown and its setups. */
function tasksInScope(graph: Graph, teardown: string): string[] {
  const above = new Set(ancestorsOf(graph, teardown));
  return setupsOf(graph, teardown).flatMap((setup) => descendantsOf(graph, setup).filter((id) => above.has(id)));
}
