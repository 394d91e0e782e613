// Trigger rules against a table that real Airflow made (`trigger-rules.json`; `npx vitest run --update` makes it again), and against real
// Airflow itself with random DAGs.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { graphOf, leavesOf } from "../../../runtime/dag/graph.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import type { TaskState } from "../../../runtime/dag/states.ts";
import { triggerRules, triggerRulesSince } from "../../../runtime/dag/trigger-rules.ts";
import { judgeTask } from "../../../runtime/scheduler/judge-task.ts";
import { shapeOf } from "../../../runtime/scheduler/run-shape.ts";
import { airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { madeDag } from "../../support/made-dag.ts";
import { randomFrom } from "../../support/random.ts";
import { randomDag, workRules } from "../../support/random-dag.ts";
import { type Answer, askAirflow, type Question } from "./ask-airflow.ts";
import { type TriggerRuleCase, triggerRuleCases } from "./trigger-rule-cases.ts";

const tableFile = new URL("trigger-rules.json", import.meta.url);
const cases = triggerRuleCases();
const groups = [...triggerRules.filter((rule) => rule !== "all_done_setup_success"), "teardown"];

function verdictOf(dag: DagModel, taskId: string, states: Readonly<Record<string, TaskState>>): string {
  const shape = shapeOf(dag);
  return judgeTask(shape, shape.graph.tasks.get(taskId)!, (id) => states[id] ?? "none");
}

describe("a task's verdict is Airflow's, whatever its upstream tasks", () => {
  const table = JSON.parse(readFileSync(tableFile, "utf8")) as Record<string, string>;
  const inGroup = (group: string) => cases.filter(({ name }) => name.startsWith(`${group}:`));

  it.each(groups)("%s", (group) => {
    const found = inGroup(group).map(({ name, dag, taskId, states }) => [name, verdictOf(dag, taskId, states)]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(found.map(([name]) => [name, table[name!]])));
  });

  it("the table has every case, and no other", () => {
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(table));
  });
});

describe("a teardown", () => {
  const scope = madeDag([
    { id: "s", role: "setup" },
    { id: "a", upstream: ["s"] },
    { id: "b", upstream: ["s"] },
    { id: "c", upstream: ["a", "b"] },
    { id: "t", role: "teardown", upstream: ["s", "c"], setups: ["s"] },
  ]);
  const situations: readonly [string, Record<string, TaskState>, string][] = [
    [
      "waits for what still runs beside a failure",
      { s: "success", a: "failed", b: "running", c: "upstream_failed" },
      "wait",
    ],
    [
      "runs when everything that its setup serves has ended",
      { s: "success", a: "failed", b: "success", c: "upstream_failed" },
      "run",
    ],
    ["is skipped with its setup, without waiting", { s: "skipped", a: "skipped", b: "none", c: "skipped" }, "skipped"],
  ];
  it.each(situations)("%s", (_, states, verdict) => {
    expect(verdictOf(scope, "t", states)).toBe(verdict);
  });
});

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)("%s gives the table's verdicts, and the planner's for 400 random DAGs", async (version) => {
    const rules = workRules.filter((rule) => version !== "3.0.6" || triggerRulesSince[rule] === undefined);
    const known = cases.filter(
      ({ name }) => /^teardown:/.test(name) || rules.some((rule) => name.startsWith(`${rule}:`)),
    );
    const table = questionsOf(known);
    const random = Array.from({ length: 400 }, (_, seed) => randomQuestion(seed, rules));
    const answers = askAirflow(version, [...table.map(({ question }) => question), ...random]);

    const verdicts = new Map(
      table.flatMap(({ asked }, index) =>
        asked.map(({ name, taskId }, number) => [name, answers[index]!.verdicts[number]![taskId]!]),
      ),
    );
    const rows = Object.fromEntries(known.map(({ name }) => [name, verdicts.get(name)]));
    const text = `${JSON.stringify(rows, null, 2)}\n`;
    if (known.length === cases.length) await expect(text).toMatchFileSnapshot(tableFile.pathname);
    else expect(JSON.parse(readFileSync(tableFile, "utf8"))).toMatchObject(rows);
    for (const [seed, question] of random.entries()) compare(version, seed, question, answers[table.length + seed]!);
  });
});

/** Cases of the same DAG are situations of one question: making a DAG is what takes Airflow's time. */
function questionsOf(known: readonly TriggerRuleCase[]): { question: Question; asked: TriggerRuleCase[] }[] {
  const byDag = new Map<string, TriggerRuleCase[]>();
  for (const row of known) {
    const key = JSON.stringify(row.dag);
    byDag.set(key, [...(byDag.get(key) ?? []), row]);
  }
  return [...byDag.values()].map((asked) => ({
    question: { dag: asked[0]!.dag, situations: asked.map(({ states }) => states) },
    asked,
  }));
}

function compare(version: string, seed: number, { dag, situations }: Question, answer: Answer): void {
  expect(leavesOf(graphOf(dag)).sort(), `leaves, seed ${seed}`).toEqual(answer.leaves);
  for (const [number, states] of situations.entries()) {
    const expected = answer.verdicts[number]!;
    const found = Object.fromEntries(Object.keys(expected).map((id) => [id, verdictOf(dag, id, states)]));
    expect(withoutScope(version, dag, found, expected), `seed ${seed}, situation ${number}`).toEqual(expected);
  }
}

/** Airflow before 3.3 tears down as soon as the direct upstream tasks have ended; we wait for all that its setups serve. */
function withoutScope(
  version: string,
  dag: DagModel,
  found: Record<string, string>,
  expected: Readonly<Record<string, string>>,
) {
  if (version === "3.3.2") return found;
  const isEarly = (id: string) =>
    dag.tasks.find((task) => task.id === id)!.role === "teardown" && found[id] === "wait" && expected[id] === "run";
  return Object.fromEntries(Object.entries(found).map(([id, verdict]) => [id, isEarly(id) ? "run" : verdict]));
}

function randomQuestion(seed: number, rules: typeof workRules): Question {
  const random = randomFrom(seed);
  const dag = randomDag(random, {}, rules);
  const situations = Array.from({ length: 4 }, () =>
    Object.fromEntries(
      dag.tasks
        .filter(() => random.chance(0.6))
        .map(({ id }) => [id, random.pick(["success", "success", "failed", "skipped", "upstream_failed"] as const)]),
    ),
  );
  return { dag, situations };
}
