// What the planner decides in one situation.

import { describe, expect, it } from "vitest";
import type { DagModel } from "../../../runtime/dag/model.ts";
import type { TaskState } from "../../../runtime/dag/states.ts";
import type { TaskInstance } from "../../../runtime/scheduler/judge-run.ts";
import { type Decision, planRun } from "../../../runtime/scheduler/plan-run.ts";
import { type MadeTask, madeDag } from "../../support/made-dag.ts";

const now = 1_000_000;

interface Situation {
  readonly states: Readonly<Record<string, TaskState | TaskInstance>>;
  readonly freeSlots?: number;
  readonly maxActiveTasksPerDag?: number;
}

function plan(dag: DagModel, situation: Situation): string[] {
  const { states, freeSlots = 100, maxActiveTasksPerDag = 16 } = situation;
  const instances = new Map(dag.tasks.map(({ id }) => [id, instanceOf(states[id] ?? "none")]));
  return planRun({ dag, instances, now, freeSlots, maxActiveTasksPerDag }).map(describeDecision);
}

function instanceOf(state: TaskState | TaskInstance): TaskInstance {
  return typeof state === "string" ? { state, tryNumber: state === "none" ? 0 : 1, nextTryAt: null } : state;
}

function describeDecision(decision: Decision): string {
  switch (decision.kind) {
    case "settle":
      return `${decision.taskId} becomes ${decision.state}`;
    case "start":
      return `start ${decision.taskId}, try ${decision.tryNumber}`;
    case "finish":
      return `the run is ${decision.state}`;
    default:
      return `wake in ${decision.at - now} ms`;
  }
}

const retrying = (inMs: number, tryNumber = 1): TaskInstance => ({
  state: "up_for_retry",
  tryNumber,
  nextTryAt: now + inMs,
});

describe("the run's final state is decided by its leaves", () => {
  const setup: MadeTask = { id: "s", role: "setup" };
  const teardown: MadeTask = { id: "t", role: "teardown", upstream: ["s", "work"], setups: ["s"] };
  const rows: readonly [string, readonly MadeTask[], Record<string, TaskState>, string][] = [
    ["all succeeded", [{ id: "a" }], { a: "success" }, "success"],
    ["a skipped leaf counts as success", [{ id: "a" }], { a: "skipped" }, "success"],
    ["a failed leaf", [{ id: "a" }, { id: "b" }], { a: "success", b: "failed" }, "failed"],
    [
      "an upstream_failed leaf",
      [{ id: "a" }, { id: "b", upstream: ["a"] }],
      { a: "failed", b: "upstream_failed" },
      "failed",
    ],
    [
      "a failed middle before an all_done leaf that succeeded",
      [{ id: "a" }, { id: "b", upstream: ["a"], triggerRule: "all_done" }],
      { a: "failed", b: "success" },
      "success",
    ],
    [
      "a failed teardown does not count",
      [setup, { id: "work", upstream: ["s"] }, teardown],
      { s: "success", work: "success", t: "failed" },
      "success",
    ],
    [
      "a task with only a teardown below it does",
      [setup, { id: "work", upstream: ["s"] }, teardown],
      { s: "success", work: "failed", t: "success" },
      "failed",
    ],
    ["a DAG of teardowns alone falls back to them", [{ id: "t", role: "teardown" }], { t: "failed" }, "failed"],
    ["no tasks at all", [], {}, "success"],
  ];
  it.each(rows)("%s", (_, tasks, states, state) => {
    expect(plan(madeDag(tasks), { states })).toEqual([`the run is ${state}`]);
  });

  it("nothing is decided before every task has ended", () => {
    const dag = madeDag([{ id: "a" }, { id: "b" }]);
    expect(plan(dag, { states: { a: "failed", b: "running" } })).toEqual([]);
  });
});

describe("what may start", () => {
  const three = [{ id: "a" }, { id: "b" }, { id: "c" }];
  const rows: readonly [string, DagModel, Situation, string[]][] = [
    ["all roots at once", madeDag(three), { states: {} }, ["start a, try 1", "start b, try 1", "start c, try 1"]],
    [
      "no more than there are free slots",
      madeDag(three),
      { states: {}, freeSlots: 2 },
      ["start a, try 1", "start b, try 1"],
    ],
    ["nothing without a slot; the run is not stuck", madeDag(three), { states: {}, freeSlots: 0 }, []],
    [
      "no more than maxActiveTasks with those that run",
      madeDag(three, { maxActiveTasks: 2 }),
      { states: { a: "running" } },
      ["start b, try 1"],
    ],
    [
      "not what waits for another",
      madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }]),
      { states: { a: "running" } },
      [],
    ],
    [
      "a setup further up must have succeeded, whatever the rule",
      madeDag([
        { id: "s", role: "setup" },
        { id: "a", upstream: ["s"] },
        { id: "b", upstream: ["a"], triggerRule: "all_done" },
      ]),
      { states: { s: "failed", a: "upstream_failed" } },
      ["b becomes upstream_failed"],
    ],
    [
      "an empty task is done without a process",
      madeDag([
        { id: "a", kind: "empty" },
        { id: "b", upstream: ["a"] },
      ]),
      { states: {} },
      ["a becomes success"],
    ],
    [
      "what starts is judged when all that settles has settled",
      madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }, { id: "c" }]),
      { states: { a: "failed" } },
      ["b becomes upstream_failed"],
    ],
    [
      "a failure passes on one evaluation at a time",
      madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }, { id: "c", upstream: ["b"] }]),
      { states: { a: "failed" } },
      ["b becomes upstream_failed"],
    ],
  ];
  it.each(rows)("%s", (_, dag, situation, decisions) => {
    expect(plan(dag, situation)).toEqual(decisions);
  });

  it("as many tasks of a run at the same time as the setting says, unless the DAG says otherwise", () => {
    const tasks = Array.from({ length: 20 }, (_, index) => ({ id: `t${index}` }));
    const situation: Situation = { states: {}, maxActiveTasksPerDag: 7 };
    expect(plan(madeDag(tasks), situation)).toHaveLength(7);
    expect(plan({ ...madeDag(tasks), maxActiveTasks: 9 }, situation)).toHaveLength(9);
  });
});

describe("retries", () => {
  const two = madeDag([{ id: "a" }, { id: "b" }]);
  const rows: readonly [string, Situation, string[]][] = [
    ["the next try waits for its moment", { states: { a: retrying(500), b: "running" } }, ["wake in 500 ms"]],
    ["the earliest moment counts", { states: { a: retrying(500), b: retrying(200) } }, ["wake in 200 ms"]],
    ["and then begins, one number higher", { states: { a: retrying(0, 2), b: "success" } }, ["start a, try 3"]],
    ["others start meanwhile", { states: { a: retrying(500) } }, ["start b, try 1", "wake in 500 ms"]],
    [
      "one that is due waits for a slot without waking",
      { states: { a: retrying(-5), b: "running" }, freeSlots: 0 },
      [],
    ],
    [
      "a run that only waits is not stuck",
      { states: { a: retrying(86_400_000), b: "failed" } },
      ["wake in 86400000 ms"],
    ],
  ];
  it.each(rows)("%s", (_, situation, decisions) => {
    expect(plan(two, situation)).toEqual(decisions);
  });
});

it("a run in which nothing can ever start has failed", () => {
  // Only a cycle can do that; the linter refuses it before.
  const dag = madeDag([
    { id: "a", upstream: ["b"] },
    { id: "b", upstream: ["a"] },
  ]);
  expect(plan(dag, { states: {} })).toEqual(["the run is failed"]);
});
