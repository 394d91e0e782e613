// One DAG of ten thousand bash tasks and fifty thousand edges, from its file to the end of a run.

import type { Benchmark } from "../benchmark.ts";
import { startDagwrightScheduler } from "../dagwright-scheduler.ts";
import { createProjectOfMany } from "../many-dags.ts";

const sizes = [10_000];

export const schedulerLarge: Benchmark = {
  name: "scheduler-large",
  summary: "a run of a DAG of 10,000 bash tasks, or --sizes, each after five others",
  rounds: 1,
  sizes,
  setUp: async (atEnd, chosen) => ({
    comparisons: [
      {
        subject: "run of bash true",
        candidates: chosen.map((count) => ({
          name: `${count.toLocaleString("en")} tasks`,
          count,
          steps: () => measureLarge(count, atEnd),
        })),
      },
    ],
    versions: { Node: process.versions.node },
    notes: ["CPU is the scheduler's own, without the tasks'; per second are tasks"],
  }),
};

async function measureLarge(count: number, atEnd: (remove: () => Promise<void>) => void) {
  const tasks = `void chain;
  const width = 100;
  for (let index = 0; index < ${count}; index++) {
    const above = (Math.floor(index / width) - 1) * width;
    const task = dag.bash(\`task_\${index}\`, "true");
    for (let edge = 0; above >= 0 && edge < 5; edge++) task.after(before[above + ((index * 7 + edge * 13) % width)]!);
    before.push(task);
  }`;
  const scheduler = await startDagwrightScheduler(
    createProjectOfMany(atEnd, {
      count: 1,
      schedule: "0 0 29 2 *",
      tasks: `const before: ReturnType<typeof dag.bash>[] = [];\n  ${tasks}`,
    }),
  );
  try {
    const before = scheduler.usage().ownCpuMs;
    const { queuedAt, endedAt } = await scheduler.run("dag_1");
    const { ownCpuMs, memoryMb } = scheduler.usage();
    return { wallMs: endedAt - queuedAt, cpuMs: ownCpuMs - before, peakMb: memoryMb };
  } finally {
    await scheduler.stop();
  }
}
