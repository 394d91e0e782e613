// Every question that the table of trigger rules answers: each rule with every combination of up to three upstream states, teardowns
// with every combination of setups and other tasks, and setups that are not directly upstream.

import type { DagModel } from "../../../runtime/dag/model.ts";
import type { TaskState } from "../../../runtime/dag/states.ts";
import { type MadeTask, madeDag } from "../../support/made-dag.ts";
import { workRules } from "../../support/random-dag.ts";

export interface TriggerRuleCase {
  /** `one_failed: success skipped pending` */
  readonly name: string;
  readonly dag: DagModel;
  readonly states: Readonly<Record<string, TaskState>>;
  /** The task in question. */
  readonly taskId: string;
}

type Letter = "success" | "failed" | "skipped" | "upstream_failed" | "pending";
const letters: readonly Letter[] = ["success", "failed", "skipped", "upstream_failed", "pending"];

export function triggerRuleCases(): TriggerRuleCase[] {
  return [
    ...workRules.flatMap((triggerRule) =>
      combinationsUpTo(3).map((direct) => makeCase(triggerRule, { direct }, { id: "x", triggerRule })),
    ),
    ...workRules.flatMap((triggerRule) =>
      [...combinations(1), ...combinations(2)].flatMap((setups) =>
        combinations(1).map((direct) => makeCase(triggerRule, { setups, direct }, { id: "x", triggerRule })),
      ),
    ),
    ...combinationsUpTo(2).flatMap((setups) =>
      combinationsUpTo(2).map((direct) => makeCase("teardown", { setups, direct }, { id: "x", role: "teardown" })),
    ),
  ];
}

function makeCase(
  name: string,
  { setups = [], direct }: { readonly setups?: readonly Letter[]; readonly direct: readonly Letter[] },
  task: MadeTask,
): TriggerRuleCase {
  const setupIds = setups.map((_, index) => `setup${index}`);
  const directIds = direct.map((_, index) => `direct${index}`);
  const states = Object.fromEntries(
    [...setups, ...direct].map((letter, index) => [[...setupIds, ...directIds][index]!, stateOf(letter)]),
  );
  const isTeardown = task.role === "teardown";
  const upstream = isTeardown ? [...setupIds, ...directIds] : directIds;
  return {
    name: `${name}: ${setups.length > 0 ? `${setups.join(" ")}, then ` : ""}${direct.join(" ") || "nothing"}`,
    dag: madeDag([
      ...setupIds.map((id): MadeTask => ({ id, role: "setup" })),
      // A teardown's other upstream tasks are not between it and its setups here: the scope has tests of its own.
      ...directIds.map((id): MadeTask => ({ id, upstream: isTeardown ? [] : setupIds })),
      { ...task, upstream, setups: isTeardown ? setupIds : [] },
    ]),
    states,
    taskId: task.id,
  };
}

function stateOf(letter: Letter): TaskState {
  return letter === "pending" ? "none" : letter;
}

function combinationsUpTo(limit: number): Letter[][] {
  return Array.from({ length: limit + 1 }, (_, size) => combinations(size)).flat();
}

/** Without order: Airflow counts. */
function combinations(size: number, from = 0): Letter[][] {
  if (size === 0) return [[]];
  return letters
    .slice(from)
    .flatMap((letter, index) => combinations(size - 1, from + index).map((rest) => [letter, ...rest]));
}
