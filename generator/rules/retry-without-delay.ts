// Tries that follow one another at once all meet the same failure.

import { effectiveArgs } from "../../runtime/dag/model.ts";
import { type Finding, inDag, inGroup, inTask, type Rule } from "./rule.ts";

export const retryWithoutDelay: Rule = {
  code: "retry-without-delay",
  group: "convention",
  severity: "warning",
  summary: "there is time between two tries: retryDelay is not 0",
  view: "dag",
  check: (dag) => {
    const { retries, retryDelay } = dag.model.defaultArgs;
    const shared =
      retryDelay === 0 && (retries ?? 0) > 0 ? [finding("defaultArgs", inDag(dag, "defaultArgs", "retryDelay"))] : [];
    const ofGroups = (dag.model.groups ?? []).flatMap(({ id, defaultArgs }, index) =>
      defaultArgs.retryDelay === 0 && (defaultArgs.retries ?? retries ?? 0) > 0
        ? [finding(`defaultArgs of group ${JSON.stringify(id)}`, inGroup(dag, index, "defaultArgs", "retryDelay"))]
        : [],
    );
    const own = dag.model.tasks.flatMap((task, index) =>
      task.retryDelay === 0 && effectiveArgs(dag.model, task).retries > 0
        ? [finding(`task ${JSON.stringify(task.id)}`, inTask(dag, index, "retryDelay"))]
        : [],
    );
    return [...shared, ...ofGroups, ...own];
  },
};

function finding(where: string, at: Finding["at"]): Finding {
  const text = `retryDelay of ${where} is 0: all tries are over before what failed can recover`;
  return { at, text, remedy: "write seconds: retryDelay: 60, or leave it out for Airflow's 300" };
}
