// What keeps a destructive DAG from running unasked or twice at once, and destructive operators out of any other.

import type { TaskModel } from "../../runtime/dag/model.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { argumentOfTask, type Finding, inDag, type Rule } from "./rule.ts";

export const destructiveDag: Rule = {
  code: "destructive-dag",
  group: "validity",
  severity: "error",
  summary: "a destructive DAG is only triggered by hand, one run at a time; destructive operators are in no other",
  isFixable: true,
  view: "dag",
  check: (dag) => (dag.model.destructive === true ? checkDag(dag) : checkTasks(dag)),
};

function checkDag(dag: LoadedDag): Finding[] {
  const { schedule, catchup, maxActiveRuns, id } = dag.model;
  const name = `destructive DAG ${JSON.stringify(id)}`;
  const found: Finding[] = [];
  if (schedule !== null) {
    const remedy = "leave schedule out: somebody triggers such a DAG, and knows then that it runs";
    found.push({ at: inDag(dag, "schedule"), text: `${name} has a schedule`, remedy });
  }
  if (catchup) {
    const text = `${name} makes up for missed runs`;
    found.push({ at: inDag(dag, "catchup"), text, remedy: "leave catchup out" });
  }
  if (maxActiveRuns !== 1) {
    const has = maxActiveRuns === null ? "as many runs at once as Airflow allows, 16" : `${maxActiveRuns} runs at once`;
    const text = `${name} may have ${has}`;
    const at = inDag(dag, "maxActiveRuns");
    found.push({ at, text, remedy: "write maxActiveRuns: 1", fix: { at, change: { set: 1 } } });
  }
  return found;
}

function checkTasks(dag: LoadedDag): Finding[] {
  return dag.model.tasks.flatMap((task, index) => {
    if (!isDestructive(task)) return [];
    const text = `task ${JSON.stringify(task.id)} overwrites what cannot be had again, in a DAG that is not destructive`;
    const remedy = "write destructive: true and maxActiveRuns: 1 in the DAG's options; somebody triggers it then";
    return [{ at: argumentOfTask(dag, index, 1), text, remedy }];
  });
}

function isDestructive(task: TaskModel): boolean {
  return task.kind === "operator" && task.destructive === true;
}
