// What keeps a destructive DAG from running unasked, twice at once, or again after half of its work.

import { effectiveArgs, type TaskModel } from "../../runtime/dag/model.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, inTask, type Rule } from "./rule.ts";

export const destructiveDag: Rule = {
  code: "destructive-dag",
  group: "convention",
  severity: "error",
  summary: "a destructive DAG is only triggered by hand, one run at a time, and repeats only what is idempotent",
  isFixable: true,
  view: "dag",
  check: (dag) => (dag.model.destructive === true ? [...checkDag(dag), ...checkTasks(dag)] : []),
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

/** What is said not to be idempotent is another rule's matter. */
function checkTasks(dag: LoadedDag): Finding[] {
  return dag.model.tasks.flatMap((task, index) => {
    const { retries } = effectiveArgs(dag.model, task);
    if (!doesWork(task) || retries <= 0 || task.idempotent !== undefined) return [];
    return [
      {
        at: inTask(dag, index, "idempotent"),
        text: `task ${JSON.stringify(task.id)} of a destructive DAG is tried again, and does not say whether it is idempotent`,
        remedy: "write idempotent: true if running it twice is as running it once; else idempotent: false, retries: 0",
      },
    ];
  });
}

function doesWork({ kind }: TaskModel): boolean {
  return kind !== "empty";
}
