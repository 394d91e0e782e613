// What a piece of work takes in this process.

import type { Usage } from "./benchmark.ts";

export async function measureHere(work: () => void): Promise<Usage> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1_000, peakMb: process.memoryUsage.rss() / 2 ** 20 };
}
