// Cancelling a run, case by case: what runs is ended, what waits is skipped, what is done stays, teardowns are left alone.

import { expect, it } from "vitest";
import { type TaskState, taskStates } from "../../../runtime/dag/states.ts";
import { planCancel } from "../../../runtime/scheduler/plan-cancel.ts";
import { madeDag } from "../../support/made-dag.ts";

const dag = madeDag([{ id: "work" }, { id: "tidy", role: "teardown" }]);

function planFor(state: TaskState) {
  const instance = { state, tryNumber: 1, nextTryAt: state === "up_for_retry" ? 1 : null };
  const instances = new Map([
    ["work", instance],
    ["tidy", instance],
  ]);
  return planCancel(dag, instances);
}

/** A new state needs its row here to compile. */
const planned: Readonly<Record<TaskState, "end" | "skip" | "nothing">> = {
  none: "skip",
  scheduled: "skip",
  running: "end",
  // Only under a scheduler: its process is being ended already.
  restarting: "skip",
  up_for_retry: "skip",
  success: "nothing",
  failed: "nothing",
  upstream_failed: "nothing",
  skipped: "nothing",
  removed: "nothing",
};

it.each(taskStates)("a task that is %s; its teardown is left alone", (state) => {
  const nothing = { end: [], skip: [] };
  const what = planned[state];
  expect(planFor(state)).toEqual(what === "nothing" ? nothing : { ...nothing, [what]: ["work"] });
});
