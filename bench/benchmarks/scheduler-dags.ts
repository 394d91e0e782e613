// How a scheduler grows with the DAGs of a project: its start on a new store with a finished build, until every DAG has its first run; and all
// of them due at once.

import type { DagModel } from "../../runtime/dag/model.ts";
import type { Benchmark, Comparison, Usage } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { createInstantScheduler, type InstantScheduler, manifestOf } from "../instant-scheduler.ts";
import { layeredDag } from "../layered-dag.ts";
import { createProjectOfMany } from "../many-dags.ts";
import { measureHere } from "../measure-here.ts";

const sizes = [10, 100, 1_000];
const hourly: DagModel["schedule"] = { kind: "cron", expression: "0 * * * *", timezone: "UTC" };
const hourMs = 3_600_000;

export const schedulerDags: Benchmark = {
  name: "scheduler-dags",
  summary: "10, 100 and 1,000 DAGs, or --sizes: cold start, and all due at once",
  rounds: 5,
  sizes,
  setUp: async (atEnd, chosen) => ({
    comparisons: [
      growth("cold start", chosen, (count) => {
        const root = createProjectOfMany(atEnd, { count, schedule: "0 0 29 2 *" });
        return () => startCold(root);
      }),
      growth("all due", chosen, (count) => () => createRuns(count)),
      growth("all run", chosen, (count) => () => runAll(count)),
    ],
    versions: { Node: process.versions.node },
    notes: [
      "cold start: from the start of `dagwright scheduler --build` on a new store until all DAGs are in it; the process is ended then",
      "all due: one turn of the scheduler, in the process that measures, that creates a run of each DAG and starts as many as may",
      "all run: those runs, three tasks each, to their end, without processes",
    ],
  }),
};

/** The same for each number of DAGs: ratios show how it grows. */
function growth(
  subject: string,
  counts: readonly number[],
  prepare: (count: number) => () => Promise<Usage>,
): Comparison {
  const name = (count: number) => `${count.toLocaleString("en")} DAGs`;
  return { subject, candidates: counts.map((count) => ({ name: name(count), steps: prepare(count) })) };
}

async function startCold(root: string): Promise<Usage> {
  const started = performance.now();
  const scheduler = await startDagwrightScheduler(root);
  const wallMs = performance.now() - started;
  const { cpuMs, memoryMb } = scheduler.usage();
  await scheduler.stop();
  return { wallMs, cpuMs, peakMb: memoryMb };
}

function modelsOf(count: number): DagModel[] {
  return Array.from({ length: count }, (_, index) => layeredDag(`dag_${index}`, 3, hourly));
}

async function withAllDue(count: number, measure: (scheduler: InstantScheduler) => Promise<Usage>): Promise<Usage> {
  const scheduler = await createInstantScheduler(manifestOf(modelsOf(count)));
  try {
    scheduler.takeDags();
    scheduler.runToEnd();
    scheduler.advance(hourMs);
    return await measure(scheduler);
  } finally {
    scheduler.close();
  }
}

function createRuns(count: number): Promise<Usage> {
  return withAllDue(count, (scheduler) => measureHere(scheduler.step));
}

function runAll(count: number): Promise<Usage> {
  return withAllDue(count, async (scheduler) => {
    scheduler.step();
    const usage = await measureHere(scheduler.runToEnd);
    const { runs } = scheduler.count();
    if (runs !== 2 * count) throw new Error(`${runs} of ${2 * count} runs have succeeded`);
    return usage;
  });
}
