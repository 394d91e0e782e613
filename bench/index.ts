// All benchmarks.

import type { Benchmark } from "./benchmark.ts";
import { chain } from "./benchmarks/chain.ts";
import { lint } from "./benchmarks/lint.ts";
import { load } from "./benchmarks/load.ts";
import { replicate } from "./benchmarks/replicate.ts";
import { restore } from "./benchmarks/restore.ts";
import { schedulerChain } from "./benchmarks/scheduler-chain.ts";
import { schedulerCron } from "./benchmarks/scheduler-cron.ts";
import { schedulerDags } from "./benchmarks/scheduler-dags.ts";
import { schedulerIdle } from "./benchmarks/scheduler-idle.ts";
import { schedulerLarge } from "./benchmarks/scheduler-large.ts";
import { schedulerTasks } from "./benchmarks/scheduler-tasks.ts";
import { taskStart } from "./benchmarks/task-start.ts";

export const benchmarks: readonly Benchmark[] = [
  load,
  replicate,
  restore,
  taskStart,
  chain,
  lint,
  schedulerChain,
  schedulerCron,
  schedulerTasks,
  schedulerLarge,
  schedulerDags,
  schedulerIdle,
];
