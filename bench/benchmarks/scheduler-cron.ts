// How late a scheduled run is: from the moment that its schedule names to the one at which it is in the store.

import type { Benchmark, Candidate, Usage } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { createProjectOfMany } from "../many-dags.ts";

const sizes = [1, 20, 100];
/** Of each round. */
const lengthMs = 10_000;
/** The first runs were due before the scheduler was there. */
const catchUpMs = 2_000;

export const schedulerCron: Benchmark = {
  name: "scheduler-cron",
  summary: "how late runs of DAGs are that are due each second, 1, 20 and 100 of them or --sizes",
  rounds: 3,
  sizes,
  setUp: async (atEnd, chosen) => ({
    comparisons: [{ subject: "each second", candidates: chosen.map((count) => candidateOf(count, atEnd)) }],
    versions: { Node: process.versions.node },
    notes: [
      "each: from the moment that the schedule names to the one at which the scheduler creates the run; all DAGs are due at once, each second",
      "their one task is an empty one",
    ],
  }),
};

function candidateOf(count: number, atEnd: (remove: () => Promise<void>) => void): Candidate {
  const measure = async (): Promise<Usage> => {
    // With catchup, each run is due a second after the one before, whenever that one was created; without, after its creation.
    const startDate = new Date().toISOString().slice(0, 19);
    const dags = { count, schedule: 1, startDate, more: "catchup: true, ", tasks: `void chain; dag.empty("end");` };
    const scheduler = await startDagwrightScheduler(createProjectOfMany(atEnd, dags));
    try {
      await pause(catchUpMs);
      const since = new Date().toISOString();
      const before = scheduler.usage();
      await pause(lengthMs);
      const after = scheduler.usage();
      const find = scheduler.store.prepare(
        "SELECT run_after AS due, queued_at AS created FROM dag_run WHERE run_after > ?",
      );
      const rows = find.all(since.replace("Z", "+00:00")) as { due: string; created: string }[];
      const eachMs = rows.map(({ due, created }) => Date.parse(created) - Date.parse(due));
      return { wallMs: lengthMs, cpuMs: after.cpuMs - before.cpuMs, peakMb: after.memoryMb, eachMs };
    } finally {
      await scheduler.stop();
    }
  };
  return { name: `${count} DAGs`, steps: measure };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
