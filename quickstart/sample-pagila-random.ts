// A small seeded random sequence (mulberry32): the same numbers on every machine and version of Node.

export interface Random {
  /** A whole number from 1 to `limit`. */
  readonly upTo: (limit: number) => number;
  /** Lower-case hex digits. */
  readonly hex: (digits: number) => string;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (limit: number): number => Math.floor(next() * limit) + 1;
  const hex = (digits: number): string => Array.from({ length: digits }, () => (upTo(16) - 1).toString(16)).join("");
  return { upTo, hex };
}
