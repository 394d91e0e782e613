// All benchmarks.

import type { Benchmark } from "./benchmark.ts";
import { chain } from "./benchmarks/chain.ts";
import { lint } from "./benchmarks/lint.ts";
import { load } from "./benchmarks/load.ts";
import { replicate } from "./benchmarks/replicate.ts";
import { taskStart } from "./benchmarks/task-start.ts";

export const benchmarks: readonly Benchmark[] = [load, replicate, taskStart, chain, lint];
