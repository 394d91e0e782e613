// Asks before what cannot be undone, or reaches further than was typed. Asked on stderr, so that stdout stays what was ordered with -o.

import { createInterface } from "node:readline";
import { KnownError } from "../runtime/errors.ts";
import type { Io, Option } from "./command.ts";

export const yesOption: Option = { type: "boolean", alias: "y", default: false, description: "Do not ask" };

/** @throws KnownError when nobody answers. */
export async function confirm(question: string, io: Io): Promise<boolean> {
  io.stderr(`${question} [y/n]\n`);
  const lines = createInterface({ input: process.stdin, signal: io.signal });
  try {
    for await (const line of lines) {
      const answer = line.trim().toLowerCase();
      if (answer === "y" || answer === "yes") return true;
      if (answer === "n" || answer === "no") return false;
      io.stderr("Please respond with y/yes or n/no.\n");
    }
  } finally {
    lines.close();
  }
  io.signal.throwIfAborted();
  throw new KnownError({
    what: "nobody answered, and nothing was changed",
    where: "stdin",
    found: "it has ended",
    remedy: "Give --yes, or answer at a terminal",
    isRetryable: false,
  });
}
