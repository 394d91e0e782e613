// A random DAG with every trigger rule, setups and teardowns: the same seed, the same DAG.

import type { DagModel } from "../../runtime/dag/model.ts";
import { triggerRules } from "../../runtime/dag/trigger-rules.ts";
import { type MadeTask, madeDag } from "./made-dag.ts";
import type { Random } from "./random.ts";

/** The rules that a task other than a teardown may have. */
export const workRules = triggerRules.filter((rule) => rule !== "all_done_setup_success");

export function randomDag(random: Random, spec: Partial<DagModel> = {}, rules = workRules): DagModel {
  const size = 1 + random.integer(12);
  const edgeChance = 0.1 + random.fraction() * 0.4;
  const hasRoles = random.chance(0.5);
  const tasks: MadeTask[] = [];
  for (let index = 0; index < size; index++) {
    const upstream = tasks.filter(() => random.chance(edgeChance)).map(({ id }) => id);
    const role = hasRoles ? random.pick(["setup", "teardown", null, null, null] as const) : null;
    const setups = tasks.filter((task) => task.role === "setup" && upstream.includes(task.id)).map(({ id }) => id);
    tasks.push({
      id: `t${index}`,
      upstream,
      role,
      setups: role === "teardown" ? setups : [],
      kind: role === null && random.chance(0.15) ? "empty" : "bash",
      retries: random.integer(3),
      ...(role === "teardown" ? {} : { triggerRule: random.chance(0.4) ? "all_success" : random.pick(rules) }),
    });
  }
  return madeDag(tasks, spec);
}
