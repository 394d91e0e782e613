// A queue chooses workers, and without Airflow there is one machine. Off: on Airflow, alone or too, a queue is as it should be.

import type { LoadedDag, Spot } from "../load/loaded.ts";
import { type Finding, inDag, inGroup, inTask, type Rule } from "./rule.ts";

/** Airflow's own, where nothing is said. */
const defaultQueue = "default";

export const ignoredQueue: Rule = {
  code: "ignored-queue",
  group: "convention",
  severity: "off",
  summary: "no task names a queue, which means nothing without Airflow",
  view: "dag",
  check: checkAll,
};

function checkAll(dag: LoadedDag): Finding[] {
  const judge = (queue: string | undefined, at: Spot): Finding[] => {
    // What is no name at all is reported by invalid-argument.
    if (queue === undefined || queue.trim() === "" || queue === defaultQueue) return [];
    const text = `queue ${JSON.stringify(queue)} means nothing without Airflow: this machine is every queue's worker`;
    const remedy = "leave queue out, or run the DAG on Airflow; a pool limits how many such tasks run at the same time";
    return [{ at, text, remedy }];
  };
  return [
    ...judge(dag.model.defaultArgs.queue, inDag(dag, "defaultArgs", "queue")),
    ...(dag.model.groups ?? []).flatMap(({ defaultArgs }, index) =>
      judge(defaultArgs.queue, inGroup(dag, index, "defaultArgs", "queue")),
    ),
    ...dag.model.tasks.flatMap(({ queue }, index) => judge(queue, inTask(dag, index, "queue"))),
  ];
}
