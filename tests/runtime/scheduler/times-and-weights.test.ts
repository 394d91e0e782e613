// How long a failed task waits and which task goes first: what real Airflow says, and the planner too.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { DagModel } from "../../../runtime/dag/model.ts";
import { planRun } from "../../../runtime/scheduler/plan-run.ts";
import { type EndedTry, retryDelaySeconds } from "../../../runtime/scheduler/retry-delay.ts";
import { totalWeights } from "../../../runtime/scheduler/start-order.ts";
import { type AirflowVersion, airflowPython, airflowVersions, describeWithPython } from "../../support/airflow.ts";
import { createFolder } from "../../support/built-project.ts";
import { type MadeTask, madeDag } from "../../support/made-dag.ts";

const script = fileURLToPath(new URL("airflow-times-and-weights.py", import.meta.url));

/** Airflow's names of what the cases use. */
const pythonNames = {
  retryDelay: "retry_delay",
  retryExponentialBackoff: "retry_exponential_backoff",
  maxRetryDelay: "max_retry_delay",
  priorityWeight: "priority_weight",
  weightRule: "weight_rule",
} as const;

const backoff: readonly MadeTask[] = [
  { id: "constant", retryDelay: 90.5 },
  { id: "default_delay", retryExponentialBackoff: true },
  { id: "short", retryExponentialBackoff: true, retryDelay: 0.1 },
  { id: "none", retryExponentialBackoff: true, retryDelay: 0 },
  { id: "fraction", retryExponentialBackoff: true, retryDelay: 7.3000004 },
  { id: "capped", retryExponentialBackoff: true, retryDelay: 60, maxRetryDelay: 200.25 },
  { id: "cap_without_backoff", retryDelay: 60, maxRetryDelay: 10 },
  { id: "switched_off", retryExponentialBackoff: false, retryDelay: 60, maxRetryDelay: 10 },
  { id: "long", retryExponentialBackoff: true, retryDelay: 80_000 },
];
const dates = [null, "2024-01-01T00:00:00+00:00", "2026-11-21T11:22:33.044000+00:00"];
const tryNumbers = [1, 2, 3, 4, 5, 8, 13, 20, 60, 1000, 1024, 1025, 2000];
const tries = backoff.flatMap(({ id }) =>
  dates.flatMap((logicalDate) => tryNumbers.map((tryNumber) => ({ id, tryNumber, logicalDate }))),
);

const weighed: readonly MadeTask[] = [
  { id: "top" },
  { id: "left", upstream: ["top"], priorityWeight: 5 },
  { id: "right", upstream: ["top"], priorityWeight: -3, weightRule: "upstream" },
  { id: "alone", upstream: ["right"], priorityWeight: 7, weightRule: "absolute" },
  { id: "bottom", upstream: ["left", "right", "alone"], weightRule: "upstream" },
  { id: "beside" },
];
const cases = [madeDag(backoff), madeDag(weighed)];

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)("%s waits as long after a failed try, and weighs tasks alike", (version) => {
    const [waits, weights] = ask(version);
    expect(tries.map((end) => delayOf(cases[0]!, end))).toEqual(waits!.delays);
    expect(Object.fromEntries(totalWeights(cases[1]!))).toEqual(weights!.weights);
  });
});

describe("of tasks that are ready", () => {
  const started = (tasks: readonly MadeTask[], freeSlots: number) => {
    const dag = madeDag(tasks);
    const instances = new Map(
      dag.tasks.map(({ id }) => [id, { state: "none", tryNumber: 0, nextTryAt: null } as const]),
    );
    return planRun({ dag, instances, now: 0, freeSlots, maxActiveTasksPerDag: 16 }).flatMap((decision) =>
      decision.kind === "start" ? [decision.taskId] : [],
    );
  };

  it("those of greater weight start first", () => {
    expect(started([{ id: "a" }, { id: "b", priorityWeight: 3 }, { id: "c", priorityWeight: 2 }], 2)).toEqual([
      "b",
      "c",
    ]);
  });

  it("a long way ahead weighs by itself, unless the rule is absolute", () => {
    const tasks: MadeTask[] = [{ id: "short" }, { id: "long" }, { id: "next", upstream: ["long"] }];
    expect(started(tasks, 1)).toEqual(["long"]);
    expect(
      started(
        tasks.map((task) => ({ ...task, weightRule: "absolute" as const })),
        1,
      ),
    ).toEqual(["short"]);
  });

  it("tasks of one weight start in the order of their declaration", () => {
    expect(started([{ id: "c" }, { id: "a" }, { id: "b" }], 3)).toEqual(["c", "a", "b"]);
  });
});

function delayOf(dag: DagModel, { id, ...end }: EndedTry & { readonly id: string }): number {
  return retryDelaySeconds(dag, dag.tasks.find((task) => task.id === id)!, end);
}

interface Answer {
  readonly weights: Readonly<Record<string, number>>;
  readonly delays: readonly number[];
}

function ask(version: AirflowVersion): Answer[] {
  const home = createFolder();
  const questions = cases.map((dag, index) => ({
    dag_id: dag.id,
    tasks: dag.tasks.map((task) => ({ id: task.id, args: argsOf(task), upstream: task.upstream })),
    tries:
      index > 0 ? [] : tries.map((end) => ({ task: end.id, number: end.tryNumber, logical_date: end.logicalDate })),
  }));
  const { stdout, stderr, status } = spawnSync(airflowPython(version), [script], {
    input: JSON.stringify(questions),
    env: { PATH: process.env["PATH"], HOME: home, AIRFLOW_HOME: home, AIRFLOW__CORE__LOAD_EXAMPLES: "False" },
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(stderr.slice(-3000));
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n") + 1)) as Answer[];
}

function argsOf(task: DagModel["tasks"][number]): Record<string, unknown> {
  const names = Object.entries(pythonNames) as [keyof typeof pythonNames, string][];
  return Object.fromEntries(names.flatMap(([name, python]) => (task[name] == null ? [] : [[python, task[name]]])));
}
