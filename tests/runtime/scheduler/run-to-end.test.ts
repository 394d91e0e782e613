// The loop when something in it breaks: nothing goes on running, the run is marked as failed, the first error comes out.

import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type AttemptEnd, failedAttempt } from "../../../runtime/executor/attempt.ts";
import type { RunningAttempt } from "../../../runtime/executor/start-attempt.ts";
import { type ForegroundRun, runToEnd } from "../../../runtime/scheduler/run-to-end.ts";
import { createDagRun, findDagRun } from "../../../runtime/store/dag-runs.ts";
import { openStore } from "../../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../../runtime/store/task-instances.ts";
import { readAllXComs } from "../../../runtime/store/xcoms.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeDag } from "../../support/made-dag.ts";

const success: AttemptEnd = { ...failedAttempt("", false), outcome: "success", error: null };

/** `ends_at_once` and `goes_on`, side by side, without processes; each test breaks one thing. */
function createRun(broken: Partial<ForegroundRun> = {}) {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  const dag = madeDag([{ id: "ends_at_once" }, { id: "goes_on" }]);
  const startDate = "2026-01-01T00:00:00.000Z";
  const noDates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
  const facts = { id: "manual__1", type: "manual", ...noDates, runAfter: startDate };
  const tasks = dag.tasks.map(({ id }) => ({ id, retries: 0 }));
  const unbuilt = { conf: {}, definition: "", build: "" };
  createDagRun(store, { dagId: "made", facts, ...unbuilt, isTest: true, queuedAt: startDate, tasks });
  const terminated: string[] = [];
  const run: ForegroundRun = {
    store,
    dag,
    run: findDagRun(store, "made")!,
    parallelism: 2,
    maxActiveTasksPerDag: 16,
    start: ({ id }) => (id === "ends_at_once" ? endsWith(success) : goesOn((reason) => terminated.push(reason))),
    clock: Date.now,
    signal: new AbortController().signal,
    killSignal: new AbortController().signal,
    onChange: () => {},
    ...broken,
  };
  const errors = () => readTaskInstances(store, run.run.id).map(({ taskId, state, error }) => [taskId, state, error]);
  return { run, terminated, errors, runState: () => findDagRun(store, "made")!.state };
}

function endsWith(end: AttemptEnd): RunningAttempt {
  return { pid: undefined, ended: Promise.resolve(end), terminate: () => {}, kill: () => {} };
}

function goesOn(onTerminate: (reason: string) => void): RunningAttempt {
  let terminate = (_reason: string) => {};
  const ended = new Promise<AttemptEnd>((resolve) => {
    terminate = (reason) => {
      onTerminate(reason);
      resolve(failedAttempt(reason, true));
    };
  });
  return { pid: undefined, ended, terminate, kill: terminate };
}

it("a task that cannot be started breaks the run off, and what runs already is ended", async () => {
  const starts: string[] = [];
  const { run, terminated, errors, runState } = createRun({
    parallelism: 3,
    start: ({ id }) => {
      starts.push(id);
      if (id === "goes_on") throw new Error("no room for the log");
      return goesOn((reason) => terminated.push(reason));
    },
  });
  await expect(runToEnd(run)).rejects.toThrow("no room for the log");
  expect({ starts, terminated, state: runState() }).toEqual({
    starts: ["ends_at_once", "goes_on"],
    terminated: ["the run was broken off"],
    state: "failed",
  });
  expect(errors()).toEqual([
    ["ends_at_once", "failed", "the run was broken off: no room for the log"],
    ["goes_on", "failed", "the run was broken off: no room for the log"],
  ]);
});

it("a failure in a DAG with failFast ends what runs, for good, and skips what waits", async () => {
  const { run, terminated, errors } = createRun({ parallelism: 1 });
  const dag = madeDag([{ id: "ends_at_once" }, { id: "goes_on", retries: 3 }], { failFast: true });
  const failed = failedAttempt("no use", false);
  const start: ForegroundRun["start"] = ({ id }) =>
    id === "ends_at_once" ? endsWith(failed) : goesOn((reason) => terminated.push(reason));
  const ended = [
    ["ends_at_once", "failed", "no use"],
    ["goes_on", "failed", "ended by failFast: another task failed"],
  ];
  expect(await runToEnd({ ...run, dag, start, parallelism: 2 })).toBe("failed");
  expect({ errors: errors(), terminated }).toEqual({ errors: ended, terminated: [ended[1]![2]] });
});

it("an end that cannot be stored does, too", async () => {
  const unstorable = { ...success, xcoms: { big: 1n as never } };
  const { run, terminated, errors, runState } = createRun();
  const start: ForegroundRun["start"] = (task, ...rest) =>
    task.id === "ends_at_once" ? endsWith(unstorable) : run.start(task, ...rest);
  await expect(runToEnd({ ...run, start })).rejects.toThrow("BigInt");
  expect({ terminated, state: runState() }).toEqual({ terminated: ["the run was broken off"], state: "failed" });
  expect(errors().map(([, state]) => state)).toEqual(["failed", "failed"]);
  expect(readAllXComs(run.store, run.run.id)).toEqual({});
});

it("a view that cannot be drawn does, too, and what had ended stays as it ended", async () => {
  let changes = 0;
  const onChange = () => {
    if (++changes > 1) throw new Error("the terminal is gone");
  };
  const { run, terminated, errors, runState } = createRun({ onChange });
  await expect(runToEnd(run)).rejects.toThrow("the terminal is gone");
  expect({ terminated, state: runState() }).toEqual({ terminated: ["the run was broken off"], state: "failed" });
  expect(errors()).toEqual([
    ["ends_at_once", "success", null],
    ["goes_on", "failed", "the run was broken off: the terminal is gone"],
  ]);
});

it("a store that is gone leaves the first error, and nothing running", async () => {
  const { run, terminated } = createRun();
  const onChange = () => void run.store.close();
  await expect(runToEnd({ ...run, onChange })).rejects.toThrow("The database connection is not open");
  expect(terminated).toEqual(["the run was broken off"]);
});

it("what had ended when it broke counts as it ended, all of it", async () => {
  // Both end in the same turn; drawing the first end fails.
  let changes = 0;
  const { run, errors, runState } = createRun({
    start: () => endsWith(success),
    onChange: () => {
      if (++changes === 2) throw new Error("the terminal is gone");
    },
  });
  await expect(runToEnd(run)).rejects.toThrow("the terminal is gone");
  expect(runState()).toBe("failed");
  expect(errors().map(([, state]) => state)).toEqual(["success", "success"]);
});

it("a run that is done before anybody sees the interruption ends as it would have", async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const { run } = createRun({ start: () => endsWith(success), signal: first.signal, killSignal: second.signal });
  const onChange = () => {
    const states = readTaskInstances(run.store, run.run.id).map(({ state }) => state);
    if (!states.every((state) => state === "success")) return;
    first.abort();
    second.abort();
  };
  expect(await runToEnd({ ...run, onChange })).toBe("success");
  expect(second.signal.aborted).toBe(true);
});
