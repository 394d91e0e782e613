// How many tasks a scheduler gets through: without processes, what it decides and writes down; with them, bash tasks that do nothing.

import type { DagModel } from "../../runtime/dag/model.ts";
import type { Manifest } from "../../runtime/manifest.ts";
import { shapeOf } from "../../runtime/scheduler/run-shape.ts";
import { createBenchProject } from "../bench-project.ts";
import type { Benchmark, Candidate, Comparison, Usage } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { createInstantScheduler, manifestOf } from "../instant-scheduler.ts";
import { layeredDag } from "../layered-dag.ts";
import { measureHere } from "../measure-here.ts";
import { measureRun, type RunningScheduler } from "../running-scheduler.ts";

const sizes = [100, 1_000, 10_000];
const wideTasks = 400;
/** To running, to success; more where a task waits for a slot. */
const transitionsEach = 2;

export const schedulerTasks: Benchmark = {
  name: "scheduler-tasks",
  summary: "DAGs of 100, 1,000 and 10,000 tasks, or --sizes: known, run without processes; and 400 bash tasks at once",
  rounds: 5,
  sizes,
  setUp: async (atEnd, chosen) => {
    const project = createBenchProject(atEnd);
    const scheduler = await startDagwrightScheduler(project.root);
    atEnd(scheduler.stop);
    const wide = { name: `${wideTasks} tasks, no edges`, count: wideTasks, steps: () => measureOwn(scheduler, "wide") };
    return {
      comparisons: [
        growth("DAG known", know, chosen),
        growth("run created", createRun, chosen),
        growth("run, no processes", runWithoutProcesses, chosen, transitionsEach),
        { subject: "run of bash true", candidates: [wide] },
      ],
      versions: { Node: process.versions.node },
      notes: [
        "layered DAGs: each task after five of the layer before; 10,000 tasks have 50,000 edges",
        "run: tasks end as soon as they start, without a process; each is in the store as running before, and at least two states of each are",
        "per second are state changes where there are no processes, and tasks where there are; CPU there is the scheduler's own, without the tasks'",
      ],
    };
  },
};

async function measureOwn(scheduler: RunningScheduler, dagId: string): Promise<Usage> {
  const before = scheduler.usage().ownCpuMs;
  const usage = await measureRun(scheduler, dagId);
  return { ...usage, cpuMs: scheduler.usage().ownCpuMs - before };
}

type Work = (model: DagModel) => Promise<Usage>;

/** The same for each size: ratios show how it grows. */
function growth(subject: string, work: Work, sizes: readonly number[], countEach?: number): Comparison {
  const candidateOf = (size: number): Candidate => {
    const model = layeredDag("layered", size);
    const name = `${size.toLocaleString("en")} tasks`;
    return { name, ...(countEach && { count: countEach * size }), steps: () => work(model) };
  };
  return { subject, candidates: sizes.map(candidateOf) };
}

function know(model: DagModel): Promise<Usage> {
  const text = JSON.stringify(manifestOf([model]));
  return measureHere(() => void shapeOf((JSON.parse(text) as Manifest).dags[0]!.model));
}

async function createRun(model: DagModel): Promise<Usage> {
  const scheduler = await createInstantScheduler(manifestOf([model]));
  try {
    scheduler.takeDags();
    return await measureHere(() => scheduler.trigger(model.id));
  } finally {
    scheduler.close();
  }
}

async function runWithoutProcesses(model: DagModel): Promise<Usage> {
  const scheduler = await createInstantScheduler(manifestOf([model]));
  try {
    scheduler.takeDags();
    scheduler.trigger(model.id);
    const usage = await measureHere(() => {
      scheduler.step();
      scheduler.runToEnd();
    });
    const { runs, tasks } = scheduler.count();
    if (runs !== 1 || tasks !== model.tasks.length)
      throw new Error(`${tasks} of ${model.tasks.length} tasks succeeded`);
    return usage;
  } finally {
    scheduler.close();
  }
}
