// The queue of a DAG's runs, however runs come and go, holds them in the order in which Airflow starts them.

import { expect, it } from "vitest";
import { planQueue } from "../../../runtime/scheduler/plan-queue.ts";
import { addQueued, type QueuedRun, type RunQueue, removeQueued } from "../../../runtime/scheduler/run-queue.ts";
import { randomFrom } from "../../support/random.ts";

const run = (id: number, backfill: number | null = null, sortOrdinal: number | null = null): QueuedRun => {
  return { id, backfill, sortOrdinal, runAfter: "2026-01-01" };
};

it("runs of a backfill go after all others, each kind up to its limit", () => {
  const queue: RunQueue = new Map();
  for (const queued of [run(1, 7, 2), run(2, 7, 1), run(5), run(4), run(3)]) addQueued(queue, queued);
  const limits = { maxActiveRuns: 3, maxActiveRunsOf: () => 1 };
  expect(planQueue(queue, [], limits)).toEqual([3, 4, 5, 2]);
  expect(planQueue(queue, [null, null, 7], limits)).toEqual([3]);
  expect(planQueue(queue, [null, null, null, null], limits)).toEqual([2]);
});

it("as many runs come and go, what starts is what sorting all of them would give", () => {
  const random = randomFrom(1);
  const queue: RunQueue = new Map();
  const present = new Map<number, QueuedRun>();
  const limits = { maxActiveRuns: 1_000, maxActiveRunsOf: () => 1_000 };
  for (let id = 1; id <= 500; id++) {
    const backfill = random.pick([null, 1, 2]);
    const sortOrdinal = backfill === null ? null : 1 + random.integer(9);
    const added = { id, backfill, sortOrdinal, runAfter: `2026-01-0${1 + random.integer(9)}` };
    addQueued(queue, added);
    present.set(id, added);
    const gone = present.get(1 + random.integer(id));
    if (gone !== undefined && random.chance(0.7)) {
      removeQueued(queue, gone);
      present.delete(gone.id);
    }
    const key = ({ sortOrdinal: place, runAfter, id: number }: QueuedRun) =>
      `${place ?? 0} ${runAfter} ${String(number).padStart(3, "0")}`;
    const expected = [...present.values()].sort((left, right) => (key(left) < key(right) ? -1 : 1));
    expect(planQueue(queue, [], limits)).toEqual(expected.map((queued) => queued.id));
  }
  for (const queued of present.values()) removeQueued(queue, queued);
  expect(queue.size).toBe(0);
});
