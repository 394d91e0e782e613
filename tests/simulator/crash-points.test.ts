// A fixed run, and a scheduler that dies at every single boundary of it, and at every pair of them: whatever was in between, the outcome is the same.

import { expect, it } from "vitest";
import { failedAttempt } from "../../runtime/executor/attempt.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { readDagRuns } from "../../runtime/store/dag-runs.ts";
import { readTaskInstances } from "../../runtime/store/task-instances.ts";
import { madeDag } from "../support/made-dag.ts";
import { type Script, success } from "./machine.ts";
import { type SimulationResult, simulate } from "./simulation.ts";

/** A setup and its teardown, a retry, a skip, an empty task, a failure that is met. */
const model = madeDag(
  [
    { id: "open", role: "setup" },
    { id: "flaky", upstream: ["open"], retries: 1, retryDelay: 5 },
    { id: "skips", upstream: ["open"] },
    { id: "join", kind: "empty", upstream: ["flaky", "skips"], triggerRule: "none_failed" },
    { id: "fails", upstream: ["join"] },
    { id: "met", upstream: ["fails"], triggerRule: "one_failed" },
    { id: "close", role: "teardown", upstream: ["open", "met"], setups: ["open"] },
  ],
  { schedule: { kind: "once" }, startDate: "2026-03-01" },
);
const manifest: Manifest = {
  version: 1,
  bundles: [],
  dags: [{ model, definition: "1", chunk: "", file: "dags/made.ts" }],
};

const script: Script = ({ task, tryNumber }) => {
  const durationMs = 100;
  if (task.id === "skips") return { durationMs, end: { ...failedAttempt("skipped", false), outcome: "skipped" } };
  const isFailure = task.id === "fails" || (task.id === "flaky" && tryNumber === 1);
  return { durationMs, end: isFailure ? failedAttempt("failed", true) : { ...success, returnValue: task.id } };
};

async function run(dies: (index: number) => boolean): Promise<SimulationResult & { readonly outcome: unknown }> {
  const result = await simulate({ seed: 0, manifest, script, isUneventful: true, lengthMs: 60_000, dies });
  const runs = readDagRuns(result.store, model.id);
  const outcome = runs.map(({ id, state, facts }) => ({
    state,
    run: facts.id,
    tasks: readTaskInstances(result.store, id).map(({ taskId, state, tryNumber }) => `${taskId} ${state} ${tryNumber}`),
  }));
  result.store.close();
  return { ...result, outcome };
}

const undisturbed = await run(() => false);

it("ends as it should when nothing dies", () => {
  expect(undisturbed.outcome).toEqual([
    {
      state: "success",
      run: "scheduled__2026-03-01T00:00:00+00:00",
      tasks: [
        "close success 1",
        "fails failed 1",
        "flaky success 2",
        "join success 1",
        "met success 1",
        "open success 1",
        "skips skipped 1",
      ],
    },
  ]);
});

it("ends so whichever boundary the scheduler dies at", async () => {
  for (let point = 0; point < undisturbed.boundaries; point++) {
    const { outcome, crashes } = await run((index) => index === point);
    expect({ point, outcome }).toEqual({ point, outcome: undisturbed.outcome });
    expect(crashes, `point ${point}`).toBeGreaterThan(1);
  }
});

it("ends so whichever two boundaries it dies at, the second while it recovers or later", async () => {
  for (let first = 0; first < undisturbed.boundaries; first++) {
    for (let second = first + 1; second < undisturbed.boundaries + 4; second++) {
      const { outcome } = await run((index) => index === first || index === second);
      expect({ first, second, outcome }).toEqual({ first, second, outcome: undisturbed.outcome });
    }
  }
}, 300_000);
