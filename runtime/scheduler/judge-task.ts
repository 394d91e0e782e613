// Whether a task may start, from the states of all tasks of its run: its trigger rule, the setups that it needs although they are not
// directly upstream, and what a teardown waits for. Source: airflow/ti_deps/deps/trigger_rule_dep.py of Airflow 3.3.

import { setupsOf } from "../dag/graph.ts";
import type { TaskModel } from "../dag/model.ts";
import { isFinished, type TaskState } from "../dag/states.ts";
import { judge, type Verdict } from "../dag/trigger-rules.ts";
import type { RunShape } from "./run-shape.ts";

export type JudgedShape = Pick<RunShape, "graph" | "farUpstream">;
type StateOf = (taskId: string) => TaskState;

export function judgeTask(shape: JudgedShape, task: TaskModel, stateOf: StateOf): Verdict {
  if (task.triggerRule === "always" || task.upstream.length === 0) return "run";
  return task.role === "teardown" ? judgeTeardown(shape, task, stateOf) : judgeWork(shape, task, stateOf);
}

function judgeWork({ farUpstream }: JudgedShape, task: TaskModel, stateOf: StateOf): Verdict {
  // Setups further up than directly: each must have succeeded, whatever the trigger rule.
  const setups = farUpstream.get(task.id) ?? [];
  const setupVerdict = judge("all_success", { states: setups.map(stateOf), setupStates: [] });
  if (setupVerdict !== "run" && setupVerdict !== "wait") return setupVerdict;
  const verdict = judge(task.triggerRule, { states: task.upstream.map(stateOf), setupStates: [] });
  // A skip or a failed upstream task settles the task even while a setup is still to come.
  return verdict === "run" ? setupVerdict : verdict;
}

function judgeTeardown({ graph, farUpstream }: JudgedShape, task: TaskModel, stateOf: StateOf): Verdict {
  const setupStates = setupsOf(graph, task.id).map(stateOf);
  const verdict = judge(task.triggerRule, { states: task.upstream.map(stateOf), setupStates });
  if (verdict !== "run") return verdict;
  // Direct upstream tasks are not enough: an `upstream_failed` overtakes what still runs beside it and uses the setup. Airflow 3.0
  // would tear down under it.
  return (farUpstream.get(task.id) ?? []).every((id) => isFinished(stateOf(id))) ? "run" : "wait";
}
