// Random DAGs with random outcomes, run by the planner alone: whatever happens, the run ends, and nothing starts that must not.

import { describe, expect, it } from "vitest";
import { graphOf, leavesOf } from "../../../runtime/dag/graph.ts";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { isFailure, isFinished, type TaskState } from "../../../runtime/dag/states.ts";
import type { TaskInstance } from "../../../runtime/scheduler/judge-run.ts";
import { planEnd, skippedByShortCircuit } from "../../../runtime/scheduler/plan-end.ts";
import { type Decision, planRun } from "../../../runtime/scheduler/plan-run.ts";
import { type Random, randomFrom } from "../../support/random.ts";
import { randomDag } from "../../support/random-dag.ts";

const runs = 1_000;
/** Decisions of one run: far more than 12 tasks with 3 tries each can need. */
const maxSteps = 500;

/** Rules that may start a task before all of its upstream tasks have ended. */
const earlyRules = ["always", "one_success", "one_failed", "one_done"];

type Instances = Map<string, { -readonly [K in keyof TaskInstance]: TaskInstance[K] }>;

interface Run {
  readonly dag: DagModel;
  readonly instances: Instances;
  readonly slots: number;
  readonly random: Random;
  /** Task and try, as they started. */
  readonly started: string[];
  now: number;
}

describe(`${runs} random runs`, () => {
  const ended = Array.from({ length: runs }, (_, seed) => ({ seed, ...runToEnd(seed) }));

  it("end, with the state that their leaves say", () => {
    for (const { seed, dag, instances, state } of ended) {
      const hasFailed = leavesOf(graphOf(dag)).some((id) => isFailure(instances.get(id)!.state));
      expect(state, `seed ${seed}`).toBe(hasFailed ? "failed" : "success");
    }
  });

  it("leave every task in a final state, tried no more often than its retries allow", () => {
    for (const { seed, dag, instances } of ended) {
      for (const { id, retries } of dag.tasks) {
        expect(isFinished(instances.get(id)!.state), `seed ${seed}, ${id}`).toBe(true);
        expect(instances.get(id)!.tryNumber, `seed ${seed}, ${id}`).toBeLessThanOrEqual(1 + retries!);
      }
    }
  });

  it("start no try twice", () => {
    for (const { seed, started } of ended) expect(new Set(started).size, `seed ${seed}`).toBe(started.length);
  });

  it("see every state and every kind of end", () => {
    const states = new Set(ended.flatMap(({ instances }) => [...instances.values()].map(({ state }) => state)));
    expect([...states].sort()).toEqual(["failed", "skipped", "success", "upstream_failed"]);
    expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(["success", "failed"]));
  });
});

function runToEnd(seed: number) {
  const random = randomFrom(seed);
  const dag = randomDag(random, { maxActiveTasks: 1 + random.integer(4) });
  const instances: Instances = new Map(
    dag.tasks.map(({ id }) => [id, { state: "none", tryNumber: 0, nextTryAt: null }]),
  );
  const run: Run = { dag, instances, slots: 1 + random.integer(6), random, started: [], now: 0 };
  for (let step = 0; step < maxSteps; step++) {
    const freeSlots = run.slots - runningTasks(run).length;
    const decisions = planRun({ dag, instances, now: run.now, freeSlots, maxActiveTasksPerDag: 16 });
    const end = decisions.find((decision) => decision.kind === "finish");
    if (end) return { dag, instances, started: run.started, state: end.state };
    for (const decision of decisions) apply(run, decision);
    checkSlots(run, seed);
    if (decisions.every(({ kind }) => kind === "wake")) goOn(run, decisions);
  }
  throw new Error(`seed ${seed}: the run does not end: ${JSON.stringify([...instances])}`);
}

function apply(run: Run, decision: Decision): void {
  if (decision.kind === "settle") {
    const instance = run.instances.get(decision.taskId)!;
    if (isFinished(instance.state)) throw new Error(`${decision.taskId} was ${instance.state} already`);
    instance.state = decision.state;
  }
  if (decision.kind !== "start") return;
  const { taskId, tryNumber } = decision;
  const task = run.dag.tasks.find(({ id }) => id === taskId)!;
  const pending = task.upstream.filter((id) => !isFinished(run.instances.get(id)!.state));
  if (pending.length > 0 && !earlyRules.includes(task.triggerRule)) {
    throw new Error(`${taskId} (${task.triggerRule}) started before ${pending.join(", ")}`);
  }
  run.started.push(`${taskId}.${tryNumber}`);
  run.instances.set(taskId, { state: "running", tryNumber, nextTryAt: null });
}

function checkSlots(run: Run, seed: number): void {
  const limit = Math.min(run.slots, run.dag.maxActiveTasks!);
  if (runningTasks(run).length > limit) throw new Error(`seed ${seed}: more than ${limit} tasks at the same time`);
}

/** One of the running tasks ends, by chance; without any, time passes until the next try. */
function goOn(run: Run, decisions: readonly Decision[]): void {
  const running = runningTasks(run);
  const wake = decisions.find((decision) => decision.kind === "wake");
  if (running.length > 0) end(run, run.random.pick(running));
  else if (wake) run.now = wake.at;
  else throw new Error("nothing runs, and nothing wakes the run up");
}

function end(run: Run, id: string): void {
  const task = run.dag.tasks.find((other) => other.id === id)!;
  const outcome = run.random.pick([
    { outcome: "success", isRetryable: false },
    { outcome: "success", isRetryable: false },
    { outcome: "skipped", isRetryable: false },
    { outcome: "failed", isRetryable: true },
    { outcome: "failed", isRetryable: false },
  ] as const);
  const { tryNumber } = run.instances.get(id)!;
  run.instances.set(id, { ...planEnd(run.dag, task, { tryNumber, logicalDate: null, outcome }, run.now), tryNumber });
  if (outcome.outcome !== "success" || !run.random.chance(0.1)) return;
  const open: readonly TaskState[] = ["none", "up_for_retry"];
  for (const skipped of skippedByShortCircuit(run.dag, id)) {
    const instance = run.instances.get(skipped)!;
    if (open.includes(instance.state)) run.instances.set(skipped, { ...instance, state: "skipped", nextTryAt: null });
  }
}

function runningTasks({ instances }: Run): string[] {
  return [...instances].filter(([, { state }]) => state === "running").map(([id]) => id);
}
