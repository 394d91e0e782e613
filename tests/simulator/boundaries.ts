// The instants at which a simulated scheduler may die: beside every commit and every start of a process. `CrashError` is its SIGKILL.

import { randomFrom } from "../support/random.ts";

export class CrashError extends Error {
  override readonly name = "CrashError";
}

export type Boundary =
  | "before commit"
  | "after commit"
  | "before spawn"
  | "after spawn"
  | "before adoption"
  | "after adoption";

export interface Boundaries {
  /** How many there were. */
  readonly count: number;
  /** Throws CrashError where the plan says so. */
  pass(boundary: Boundary): void;
  /** From here on nothing crashes. */
  calm(): void;
}

/** `dies(n, boundary)`: whether the scheduler dies at the n-th boundary, counted from 0. */
export function createBoundaries(dies: (index: number, boundary: Boundary) => boolean): Boundaries {
  let count = 0;
  let isCalm = false;
  return {
    get count() {
      return count;
    },
    pass: (boundary) => {
      const index = count++;
      if (!isCalm && dies(index, boundary)) throw new CrashError(`${boundary}, boundary ${index}`);
    },
    calm: () => {
      isCalm = true;
    },
  };
}

/** Seldom or often, as the seed says. */
export function dyingByChance(seed: number): (index: number) => boolean {
  const random = randomFrom(seed + 1_000_003);
  const probability = random.pick([0, 0.01, 0.05, 0.2]);
  return () => random.chance(probability);
}
