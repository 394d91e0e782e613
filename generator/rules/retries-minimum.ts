// Two retries at least, said in defaultArgs, where Astronomer's own test of a project looks for them; no group and no task may go below.

import type { LoadedDag } from "../load/loaded.ts";
import { type Finding, inDag, inGroup, inTask, type Rule } from "./rule.ts";

export const retriesMinimum: Rule = {
  code: "retries-minimum",
  group: "convention",
  severity: "error",
  summary: "defaultArgs has 2 retries or more, and no group and no task has fewer, but what is not idempotent",
  options: { min: { kind: "count", default: 2, description: "Write min: 2, the retries that every DAG and task has" } },
  isFixable: true,
  view: "dag",
  check: (dag, options) => {
    const minimum = options["min"] as number;
    return [...checkDefaultArgs(dag, minimum), ...checkGroups(dag, minimum), ...checkTasks(dag, minimum)];
  },
};

function checkDefaultArgs(dag: LoadedDag, minimum: number): Finding[] {
  const { retries } = dag.model.defaultArgs;
  if (retries !== null && !isTooFew(retries, minimum)) return [];
  const defaultArgs = `defaultArgs of DAG ${JSON.stringify(dag.model.id)}`;
  const found = retries === null ? `${defaultArgs} has no retries` : `retries in ${defaultArgs} is ${retries}`;
  const at = inDag(dag, "defaultArgs", "retries");
  return [
    {
      at,
      text: `${found}; every DAG needs at least ${minimum}`,
      remedy: `set defaultArgs: { retries: ${minimum} } or more`,
      fix: { at, change: { set: minimum } },
    },
  ];
}

function checkGroups(dag: LoadedDag, minimum: number): Finding[] {
  return (dag.model.groups ?? []).flatMap(({ id, defaultArgs: { retries } }, index) =>
    retries === null || !isTooFew(retries, minimum)
      ? []
      : [
          {
            at: inGroup(dag, index, "defaultArgs", "retries"),
            text: `retries in defaultArgs of group ${JSON.stringify(id)} is ${retries}; every task needs at least ${minimum}`,
            remedy: `set retries to ${minimum} or more, or leave it to the DAG's defaultArgs`,
          },
        ],
  );
}

function checkTasks(dag: LoadedDag, minimum: number): Finding[] {
  return dag.model.tasks.flatMap(({ id, retries, idempotent }, index) =>
    // What must not run twice is not tried again.
    retries === null || idempotent === false || !isTooFew(retries, minimum)
      ? []
      : [
          {
            at: inTask(dag, index, "retries"),
            text: `retries of task ${JSON.stringify(id)} is ${retries}; every task needs at least ${minimum}`,
            remedy: `set retries to ${minimum} or more, or leave it to defaultArgs; throw AirflowFailException for what must not be repeated`,
          },
        ],
  );
}

/** What is no number of retries at all is reported by invalid-argument. */
function isTooFew(retries: number, minimum: number): boolean {
  return retries >= 0 && retries < minimum;
}
