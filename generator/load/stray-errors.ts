// Errors that nobody catches (in a timer, in a promise that nobody awaits), with the file that left them behind: it may be another
// than the one that is being evaluated when they come.

import { AsyncLocalStorage } from "node:async_hooks";

export interface StrayError {
  /** Undefined when it came from outside of every file. */
  readonly file: string | undefined;
  readonly error: unknown;
}

export interface Strays {
  /** Whatever the work leaves behind is of this file. */
  from<T>(file: string, work: () => T): T;
  /** Those since the last time. */
  take(): StrayError[];
}

export function catchStrays(): Strays {
  const origin = new AsyncLocalStorage<string>();
  const found: StrayError[] = [];
  const keep = (error: unknown) => found.push({ file: origin.getStore(), error });
  process.on("unhandledRejection", keep);
  process.on("uncaughtException", keep);
  return { from: (file, work) => origin.run(file, work), take: () => found.splice(0) };
}
