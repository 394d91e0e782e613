// What a try's end means for its task, and a short circuit's for the others.

import { describe, expect, it } from "vitest";
import { planEnd, skippedByShortCircuit } from "../../../runtime/scheduler/plan-end.ts";
import { madeDag } from "../../support/made-dag.ts";

const dag = madeDag([{ id: "own", retries: 2, retryDelay: 30 }, { id: "default" }, { id: "never", retries: 0 }], {
  defaultArgs: { owner: null, retries: 1, retryDelay: null, executionTimeout: null },
});
const success = { outcome: "success", isRetryable: false } as const;
const skipped = { outcome: "skipped", isRetryable: false } as const;
const failed = { outcome: "failed", isRetryable: true } as const;
const forGood = { outcome: "failed", isRetryable: false } as const;

describe("a try's end", () => {
  it.each([
    ["success", "own", 1, success, "success", null],
    ["a skip, however many retries are left", "own", 1, skipped, "skipped", null],
    ["a failure with retries left waits for its delay", "own", 1, failed, "up_for_retry", 1_030_000],
    ["the second retry is the last", "own", 2, failed, "up_for_retry", 1_030_000],
    ["no retry is left", "own", 3, failed, "failed", null],
    ["a failure for good is not repeated", "own", 1, forGood, "failed", null],
    ["defaultArgs give the retries, Airflow the delay of 300 s", "default", 1, failed, "up_for_retry", 1_300_000],
    ["a task without retries", "never", 1, failed, "failed", null],
  ] as const)("%s", (_, taskId, tryNumber, outcome, state, nextTryAt) => {
    const task = dag.tasks.find(({ id }) => id === taskId)!;
    expect(planEnd(dag, task, { tryNumber, logicalDate: null, outcome }, 1_000_000)).toEqual({ state, nextTryAt });
  });
});

it("a short circuit skips everything downstream of it but teardowns", () => {
  const cut = madeDag([
    { id: "s", role: "setup" },
    { id: "decide", upstream: ["s"] },
    { id: "a", upstream: ["decide"] },
    { id: "b", upstream: ["a"], triggerRule: "all_done" },
    { id: "t", role: "teardown", upstream: ["s", "b"], setups: ["s"] },
    { id: "after", upstream: ["t"] },
    { id: "beside", upstream: ["s"] },
  ]);
  expect(skippedByShortCircuit(cut, "decide").sort()).toEqual(["a", "after", "b"]);
});
