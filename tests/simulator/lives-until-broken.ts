// Simulates lives until one breaks a promise, as a program of its own: a planted bug may hang it. Prints what was broken; nothing when all held.

import { BrokenInvariant } from "./invariants.ts";
import { simulate } from "./simulation.ts";

const seeds = Number(process.argv[2]);

try {
  for (let seed = 0; seed < seeds; seed++) (await simulate({ seed })).store.close();
} catch (error) {
  if (!(error instanceof BrokenInvariant)) throw error;
  console.log(error.message);
}
