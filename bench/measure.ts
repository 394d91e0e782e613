// Runs the candidates of a comparison in turns and takes medians. The order is reversed in every other round, so that nobody always
// runs in the shadow of the same neighbour; the first round warms caches and is not counted.

import type { Candidate, Comparison, Usage } from "./benchmark.ts";
import { runStep } from "./run-step.ts";

export interface Measured {
  readonly name: string;
  readonly rounds: number;
  readonly wallMs: Spread;
  /** User and system time of the candidate's own processes; a database server's is not in it. */
  readonly cpuMs: Spread;
  /** Of the largest single process, or of all together where a note says so. */
  readonly peakMb: Spread;
  /** Of all things of all rounds, where each was timed. */
  readonly eachMs?: { readonly count: number; readonly p50: number; readonly p99: number };
  readonly perSecond?: number;
  /** Median wall time, as a multiple of the first candidate's. */
  readonly ratio: number;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export async function measure({ candidates }: Comparison, rounds: number): Promise<Measured[]> {
  const usages = new Map<Candidate, Usage[]>(candidates.map((candidate) => [candidate, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const candidate of round % 2 === 0 ? candidates : candidates.toReversed()) {
      const usage = await runCandidate(candidate);
      if (round > 0) usages.get(candidate)!.push(usage);
    }
  }
  const measured = [...usages].map(([{ name, count }, list]) => ({
    name,
    rounds,
    ...eachOf(list.flatMap(({ eachMs }) => eachMs ?? [])),
    ...(count === undefined ? {} : { perSecond: count / (spreadOf(list.map(({ wallMs }) => wallMs)).median / 1_000) }),
    wallMs: spreadOf(list.map(({ wallMs }) => wallMs)),
    cpuMs: spreadOf(list.map(({ cpuMs }) => cpuMs)),
    peakMb: spreadOf(list.map(({ peakMb }) => peakMb)),
  }));
  const [first] = measured;
  return measured.map((one) => ({ ...one, ratio: one.wallMs.median / first!.wallMs.median }));
}

async function runCandidate({ name, prepare, steps, verify }: Candidate): Promise<Usage> {
  await prepare?.();
  const work = steps();
  if (work instanceof Promise) {
    const usage = await work;
    await verify?.();
    return usage;
  }
  const total = { wallMs: 0, cpuMs: 0, peakMb: 0 };
  for (const step of work) {
    const usage = await runStep(name, step);
    total.wallMs += usage.wallMs;
    total.cpuMs += usage.cpuMs;
    total.peakMb = Math.max(total.peakMb, usage.peakMb);
  }
  await verify?.();
  return total;
}

function eachOf(values: readonly number[]): Pick<Measured, "eachMs"> {
  if (values.length === 0) return {};
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { eachMs: { count: sorted.length, p50: at(0.5), p99: at(0.99) } };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}
