// Writes what was decided and what has ended into the store: each function one transaction, for one dag run.

import type { JsonObject } from "../dag/json.ts";
import type { DagModel, TaskModel } from "../dag/model.ts";
import { isFinished } from "../dag/states.ts";
import type { AttemptEnd } from "../executor/attempt.ts";
import { type DagRunRow, finishDagRun } from "../store/dag-runs.ts";
import type { Store } from "../store/open-store.ts";
import { endTask, readTaskInstances, settleTask, startTask, type TaskInstanceRow } from "../store/task-instances.ts";
import { readXCom, returnValueKey, writeXComs } from "../store/xcoms.ts";
import { planEnd, skippedByShortCircuit } from "./plan-end.ts";
import type { Decision } from "./plan-run.ts";

export interface RecordedRun {
  readonly store: Store;
  readonly dag: DagModel;
  readonly run: DagRunRow;
  readonly clock: () => number;
}

export interface EndedAttempt {
  readonly task: TaskModel;
  readonly tryNumber: number;
  readonly end: AttemptEnd;
}

export function readInstances({ store, run }: RecordedRun): Map<string, TaskInstanceRow> {
  return new Map(readTaskInstances(store, run.id).map((row) => [row.taskId, row]));
}

export function recordDecisions({ store, run, clock }: RecordedRun, decisions: readonly Decision[]): void {
  const now = isoOf(clock());
  const record = (decision: Decision) => {
    switch (decision.kind) {
      case "settle":
        settleTask(store, run.id, { ...decision, tryNumber: decision.state === "success" ? 1 : 0, endDate: now });
        break;
      case "start":
        startTask(store, run.id, { ...decision, startDate: now });
        break;
      case "finish":
      case "wake":
        break;
      default:
        decision satisfies never;
    }
  };
  store.transaction(() => decisions.forEach(record)).immediate();
}

/** @param isCancelled then nothing of it is tried again. */
export function recordEnd(recorded: RecordedRun, { task, tryNumber, end }: EndedAttempt, isCancelled: boolean): void {
  const { store, dag, run, clock } = recorded;
  const now = clock();
  const endDate = isoOf(now);
  const isRetryable = end.isRetryable && !isCancelled;
  const { logicalDate } = run.facts;
  const planned = planEnd(dag, task, { tryNumber, logicalDate, outcome: { ...end, isRetryable } }, now);
  const record = () => {
    if (!endTask(store, run.id, { taskId: task.id, tryNumber, ...planned, error: end.error, endDate })) return;
    // A null return value leaves alone what the task set under its name.
    const returned = end.returnValue === null ? {} : { [returnValueKey]: end.returnValue };
    writeXComs(store, { run: run.id, taskId: task.id }, { ...end.xcoms, ...returned });
    if (end.goesOn) return;
    for (const taskId of skippedByShortCircuit(dag, task.id)) {
      settleTask(store, run.id, { taskId, state: "skipped", tryNumber: 0, endDate });
    }
  };
  store.transaction(record).immediate();
}

/** Tasks that wait, for their first try or another: they stay with the tries that they had. */
export function recordSkips(recorded: RecordedRun, taskIds: readonly string[]): void {
  const { store, run, clock } = recorded;
  const endDate = isoOf(clock());
  const record = () => {
    const instances = readInstances(recorded);
    for (const taskId of taskIds) {
      const { tryNumber } = instances.get(taskId)!;
      settleTask(store, run.id, { taskId, state: "skipped", tryNumber, endDate });
    }
  };
  store.transaction(record).immediate();
}

/** The loop has no more to do with the run: what is still marked as running failed by this. */
export function recordBreak(recorded: RecordedRun, error: string): void {
  const { store, run, clock } = recorded;
  const end = { state: "failed", nextTryAt: null, error, endDate: isoOf(clock()) } as const;
  const record = () => {
    for (const { taskId, tryNumber, state } of readInstances(recorded).values()) {
      if (state === "running") endTask(store, run.id, { taskId, tryNumber, ...end });
    }
  };
  store.transaction(record).immediate();
}

export function recordFinish({ store, run, clock }: RecordedRun, state: "success" | "failed"): void {
  finishDagRun(store, run.id, { state, endDate: isoOf(clock()) });
}

export function unfinishedOf(recorded: RecordedRun): string[] {
  return [...readInstances(recorded).values()].filter(({ state }) => !isFinished(state)).map(({ taskId }) => taskId);
}

/** Input name → the upstream task's return value. */
export function inputsOf({ store, run }: Pick<RecordedRun, "store" | "run">, task: TaskModel): JsonObject {
  if (!("xcoms" in task)) return {};
  const read = (taskId: string) => readXCom(store, { run: run.id, taskId, key: returnValueKey });
  return Object.fromEntries(Object.entries(task.xcoms).map(([name, id]) => [name, read(id)]));
}

function isoOf(moment: number): string {
  return new Date(moment).toISOString();
}
