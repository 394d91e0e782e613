// What `dags test` refuses by name, because ignoring it would change what happens, and what it may ignore.

import { describe, expect, it } from "vitest";
import { refuseWhatIsNotHonoured } from "../../cli/not-honoured.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { KnownError } from "../../runtime/errors.ts";
import { type MadeTask, madeDag } from "../support/made-dag.ts";

const noArgs = { owner: null, retries: null, retryDelay: null, executionTimeout: null };
const logicalDate = "2024-06-01T00:00:00+00:00";
const run = {
  id: "manual__x",
  type: "manual",
  logicalDate,
  dataIntervalStart: logicalDate,
  dataIntervalEnd: logicalDate,
  runAfter: logicalDate,
};

describe("what one run by itself does not honour", () => {
  it.each<[string, Partial<DagModel>, Partial<MadeTask>]>([
    ["dagrunTimeout 60", { dagrunTimeout: 60 }, {}],
    ["dagrunTimeout 60, dependsOnPast true of task a", { dagrunTimeout: 60 }, { dependsOnPast: true }],
    ['pool "narrow" of task a', {}, { pool: "narrow" }],
    ['pool "narrow" of task a', { defaultArgs: { ...noArgs, pool: "narrow" } }, {}],
    ["poolSlots 2 of task a", {}, { poolSlots: 2 }],
    ["dependsOnPast true of task a", {}, { dependsOnPast: true, kind: "empty" }],
    ["waitForDownstream true of task a", { defaultArgs: { ...noArgs, waitForDownstream: true } }, {}],
    ["endDate 2024-05-31 in UTC", { endDate: "2024-05-31" }, {}],
    [
      "startDate 2024-06-01T00:00 in America/New_York",
      { startDate: "2024-06-01T00:00", timezone: "America/New_York" },
      {},
    ],
  ])("%s is refused by name", (found, spec, task) => {
    expect(refusalOf(spec, task)).toContain(found);
  });

  it.each<[string, Partial<DagModel>, Partial<MadeTask>]>([
    [
      "what Airflow does by default anyway",
      { failFast: false },
      { pool: "default_pool", poolSlots: 1, dependsOnPast: false, waitForDownstream: false },
    ],
    [
      "a task that says otherwise than defaultArgs",
      { defaultArgs: { ...noArgs, pool: "narrow" } },
      { pool: "default_pool" },
    ],
    ["a pool for a task that takes no slot", {}, { kind: "empty", pool: "narrow", poolSlots: 2 }],
    [
      "what has no effect on one run on one machine",
      {},
      { queue: "gpu", maxActiveTisPerDag: 1, maxActiveTisPerDagrun: 1, ignoreFirstDependsOnPast: true, docMd: "d" },
    ],
    [
      "what is honoured",
      { failFast: true },
      { retryExponentialBackoff: true, maxRetryDelay: 60, priorityWeight: 5, weightRule: "absolute" },
    ],
    [
      "what only Airflow's page and scheduler look at",
      {
        displayName: "D",
        docMd: "d",
        ownerLinks: { a: "mailto:b@c" },
        isPausedUponCreation: true,
        maxConsecutiveFailedDagRuns: 2,
        maxActiveRuns: 1,
      },
      {},
    ],
    ["dates that the run lies between", { startDate: "2024-06-01", endDate: "2024-06-01" }, {}],
  ])("%s: nothing is refused", (_, spec, task) => {
    expect(refusalOf(spec, task)).toBe("");
  });
});

function refusalOf(spec: Partial<DagModel>, task: Partial<MadeTask>): string {
  try {
    refuseWhatIsNotHonoured(madeDag([{ id: "a", ...task }], spec), run);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(KnownError);
    return (error as Error).message;
  }
}
