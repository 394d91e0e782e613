// A task in a pool that does not exist waits for ever, and Airflow only warns.

import { airflowDefaults } from "../../runtime/dag/model.ts";
import { suggest } from "../../runtime/did-you-mean.ts";
import type { LoadedDag, Spot } from "../load/loaded.ts";
import { type Finding, inDag, inGroup, inTask, type ProjectFacts, type Rule } from "./rule.ts";

export const unknownPool: Rule = {
  code: "unknown-pool",
  group: "convention",
  severity: "error",
  summary: "every pool that is named is one of those that the configuration lists",
  view: "dag",
  check: (dag, _, { pools }) => (pools === null ? [] : checkAll(dag, pools)),
};

function checkAll(dag: LoadedDag, pools: NonNullable<ProjectFacts["pools"]>): Finding[] {
  const known = [airflowDefaults.pool, ...pools];
  const judge = (pool: string | undefined, at: Spot): Finding[] => {
    // What is no name at all is reported by invalid-argument.
    if (pool === undefined || pool.trim() === "" || known.includes(pool)) return [];
    const text = `pool ${JSON.stringify(pool)} is not among the pools in dagwright.config.ts`;
    return [{ at, text, remedy: suggest(pool, known) }];
  };
  return [
    ...judge(dag.model.defaultArgs.pool, inDag(dag, "defaultArgs", "pool")),
    ...(dag.model.groups ?? []).flatMap(({ defaultArgs }, index) =>
      judge(defaultArgs.pool, inGroup(dag, index, "defaultArgs", "pool")),
    ),
    ...dag.model.tasks.flatMap(({ pool }, index) => judge(pool, inTask(dag, index, "pool"))),
  ];
}
