// Runs that somebody clears or marks: what becomes of them is what real Airflow makes of the same ones in its own database.

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { graphOf } from "../../../runtime/dag/graph.ts";
import { type DagModel, effectiveArgs } from "../../../runtime/dag/model.ts";
import { partialSubset } from "../../../runtime/dag/partial-subset.ts";
import type { DagRunState, TaskState } from "../../../runtime/dag/states.ts";
import { clearTasks } from "../../../runtime/scheduler/clear-tasks.ts";
import { markRun, markTask } from "../../../runtime/scheduler/mark.ts";
import { readDagRunsBetween } from "../../../runtime/store/changes-by-hand.ts";
import { findDagRun } from "../../../runtime/store/dag-runs.ts";
import { takeNotices } from "../../../runtime/store/notices.ts";
import { openStore, type Store } from "../../../runtime/store/open-store.ts";
import { readTaskInstances } from "../../../runtime/store/task-instances.ts";
import { type AirflowVersion, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { madeDag } from "../../support/made-dag.ts";
import { type Random, randomFrom } from "../../support/random.ts";
import { randomDag } from "../../support/random-dag.ts";
import {
  askAirflowByHand,
  type Case,
  type CaseInstance,
  type CaseRun,
  type FoundRun,
  isCompared,
  readRuns,
  storeRuns,
} from "./ask-airflow-by-hand.ts";

const now = Date.UTC(2026, 0, 1);
const casesOfEachKind = 80;
const limit = { timeout: 240_000 };

function open(): Store {
  const store = openStore(join(createFolder(), "dagwright.db"));
  onTestFinished(() => void store.close());
  return store;
}

describeWithPython("real Airflow", () => {
  describe.each(airflowVersions)("%s", (version) => {
    // Together: importing Airflow takes seconds.
    const kinds = [randomClear, randomTaskMark, randomRunMark];
    it.skipIf(!isCompared(version))(
      "clears the same tasks, marks tasks and runs alike, and leaves all in the same states",
      limit,
      async () => {
        const store = open();
        const seeds = Array.from({ length: casesOfEachKind }, (_, seed) => seed);
        const cases = kinds.flatMap((make) => seeds.map((seed) => make(seed, version !== "3.0.6")));
        const answers = await askAirflowByHand(version, cases);
        for (const [index, one] of cases.entries()) {
          const { id } = one.versions[0]!;
          storeRuns(store, one);
          act(store, one);
          const found = Object.entries(readRuns(store, id)).map(([run, row]) => [run, comparable(row, version)]);
          const expected = Object.entries(answers[index]!.runs).map(([run, row]) => [run, comparable(row, version)]);
          expect(Object.fromEntries(found), `${id}: ${JSON.stringify(one.action)}`).toEqual(
            Object.fromEntries(expected),
          );
        }
      },
    );
  });
});

describe("a run that is cleared", () => {
  const before = madeDag([{ id: "a" }, { id: "b", upstream: ["a"] }, { id: "gone" }]);
  const after = madeDag([
    { id: "a", retries: 2 },
    { id: "b", upstream: ["a"] },
    { id: "new", upstream: ["b"] },
  ]);
  const instance = (state: TaskState): CaseInstance => [state, 1, 0];
  const runs = (state: DagRunState, a: TaskState): CaseRun[] => [
    {
      id: "one",
      date: "2024-01-01T00:00:00+00:00",
      type: "manual",
      state,
      tasks: { a: instance(a), b: instance("failed"), gone: instance("success") },
    },
  ];
  const clearAll = (state: DagRunState, a: TaskState) => {
    const store = open();
    storeRuns(store, { versions: [before], runs: runs(state, a), action: { kind: "clear" } });
    const present = { model: after, definition: "1", build: "1" };
    clearTasks(store, { runs: [findDagRun(store, "made")!], selection: {}, present, modelOf: () => before }, now);
    return { store, run: findDagRun(store, "made")! };
  };
  const tasksOf = (store: Store, run: number) =>
    Object.fromEntries(readTaskInstances(store, run).map(({ taskId, state, maxTries }) => [taskId, [state, maxTries]]));

  it("goes on with the DAG as it is now, if it had ended", () => {
    const { store, run } = clearAll("failed", "success");
    expect(run).toMatchObject({ state: "queued", startDate: null, endDate: null, definition: "1", build: "1" });
    expect(tasksOf(store, run.id)).toEqual({
      a: ["none", 3],
      b: ["none", 1],
      gone: ["removed", 1],
      new: ["none", 0],
    });
  });

  it("keeps what it began with, if it has not; a task that runs is to be ended first", () => {
    const { store, run } = clearAll("running", "running");
    expect(run).toMatchObject({ state: "running", definition: "0", build: "0" });
    expect(tasksOf(store, run.id)).toEqual({ a: ["restarting", 1], b: ["none", 1], gone: ["none", 1] });
  });

  it("is cleared once more while the process of its task has not gone: the task waits on for that", () => {
    const { store, run } = clearAll("running", "restarting");
    expect(tasksOf(store, run.id)).toMatchObject({ a: ["restarting", 1] });
  });

  it("is told to the scheduler", () => {
    const { store, run } = clearAll("failed", "success");
    expect(takeNotices(store)).toEqual([{ kind: "dag_run", run: run.id }]);
  });
});

function act(store: Store, { versions, action }: Case): void {
  const model = versions.at(-1)!;
  const present = { model, definition: "1", build: "1" };
  const of = (name: string) => action[name] as never;
  const run = action["run"] === undefined ? undefined : findDagRun(store, model.id, of("run"));
  const change = () => {
    if (action.kind === "mark_task") {
      markTask(store, { run: run!, model, present, taskId: of("task"), state: of("state") }, now);
    } else if (action.kind === "mark_run") {
      markRun(store, { run: run!, model, state: of("state") }, now);
    } else {
      const options = { upstream: of("upstream"), downstream: of("downstream") };
      const subset = action["tasks"] === null ? undefined : partialSubset(graphOf(model), of("tasks"), options);
      const selection = {
        taskIds: subset?.size === model.tasks.length ? undefined : subset,
        onlyFailed: of("only_failed"),
        onlyRunning: of("only_running"),
      };
      const runs = readDagRunsBetween(store, { dagId: model.id, from: of("start_date"), to: of("end_date") });
      clearTasks(store, { runs, selection, present, modelOf: () => versions[0]! }, now);
    }
  };
  store.transaction(change).immediate();
}

/** 3.0 counts only what ended, and brings runs in line when they start. A task that is to be ended gets its tries when that is done. */
function comparable({ tasks, ...run }: FoundRun, version: AirflowVersion) {
  const instances = Object.entries(tasks).map(([id, [state, tryNumber, maxTries]]) => {
    const known = state === "restarting" ? null : maxTries;
    return [id, [state, tryNumber, known]] as const;
  });
  const { clear_number, ...rest } = run;
  return { ...(version !== "3.0.6" ? run : rest), tasks: Object.fromEntries(instances) };
}

const unfinished: readonly TaskState[] = ["none", "scheduled", "running", "up_for_retry"];
const finished: readonly TaskState[] = ["success", "failed", "upstream_failed", "skipped"];

function randomModel(random: Random, kind: string, seed: number): DagModel {
  return randomDag(random, { id: `${kind}_${seed}` }, ["all_success"]);
}

function randomRuns(random: Random, model: DagModel, hasGaps: boolean, states: readonly DagRunState[]): CaseRun[] {
  return Array.from({ length: 1 + random.integer(3) }, (_, index) => {
    const state = random.pick(states);
    const hasEnded = state === "success" || state === "failed";
    const removed: readonly TaskState[] = hasGaps && random.chance(0.3) ? ["removed"] : [];
    const instances = model.tasks
      .filter(() => !hasGaps || random.chance(0.9))
      .map((task): [string, CaseInstance] => {
        const choices = hasEnded ? [...finished, ...removed] : [...finished, ...unfinished, ...removed];
        const tryNumber = random.integer(3);
        return [task.id, [random.pick(choices), tryNumber, effectiveArgs(model, task).retries + random.integer(3)]];
      });
    const date = `2024-01-0${index + 1}T00:00:00+00:00`;
    return { id: `run_${index}`, date, type: "manual", state, tasks: Object.fromEntries(instances) };
  });
}

function randomClear(seed: number, isNewest: boolean): Case {
  const random = randomFrom(seed);
  const model = randomModel(random, "clear", seed);
  const versions = isNewest && random.chance(0.4) ? [model, changed(random, model)] : [model];
  const ended: DagRunState[] = ["success", "failed"];
  const open: DagRunState[] = ["queued", "running"];
  // A run that goes on keeps what it began with, here but not in Airflow, whose tasks always run by their file as it is now.
  const states = versions.length === 1 ? [...ended, ...open] : ended;
  const present = versions.at(-1)!;
  const dates = [null, null, "2024-01-01T12:00:00+00:00", "2024-01-02T00:00:00+00:00"];
  return {
    versions,
    runs: randomRuns(random, model, isNewest, states),
    action: {
      kind: "clear",
      tasks: random.chance(0.3) ? null : present.tasks.filter(() => random.chance(0.25)).map(({ id }) => id),
      upstream: random.chance(0.4),
      downstream: random.chance(0.4),
      only_failed: random.chance(0.3),
      only_running: random.chance(0.2),
      start_date: random.pick(dates),
      end_date: random.pick(dates),
      run_on_latest_version: true,
    },
  };
}

/** Without some of its tasks, with others, and with other retries. */
function changed(random: Random, model: DagModel): DagModel {
  const kept = model.tasks.filter(() => random.chance(0.8));
  const ids = new Set(kept.map(({ id }) => id));
  const tasks = kept.map((task) => ({
    ...task,
    retries: random.integer(4),
    upstream: task.upstream.filter((id) => ids.has(id)),
    setups: task.setups.filter((id) => ids.has(id)),
  }));
  const added = madeDag([
    {
      id: "added",
      retries: 1,
      upstream: tasks
        .filter(({ role }) => role === null)
        .slice(0, 2)
        .map(({ id }) => id),
    },
  ]);
  return { ...model, tasks: [...tasks, ...added.tasks] };
}

function randomTaskMark(seed: number): Case {
  const random = randomFrom(seed);
  const model = randomModel(random, "task", seed);
  const runs = randomRuns(random, model, false, ["queued", "running", "success", "failed"]);
  const { id: task } = random.pick(model.tasks);
  const state = random.pick(["success", "failed", "skipped"]);
  return { versions: [model], runs, action: { kind: "mark_task", run: random.pick(runs).id, task, state } };
}

/** As successful not for 3.0, which marks every task so, also those that failed. */
function randomRunMark(seed: number, isNewest: boolean): Case {
  const random = randomFrom(seed);
  const model = randomModel(random, "run", seed);
  const runs = randomRuns(random, model, false, ["queued", "running", "success", "failed"]);
  const state = isNewest ? random.pick(["success", "failed"]) : "failed";
  return { versions: [model], runs, action: { kind: "mark_run", run: random.pick(runs).id, state } };
}
