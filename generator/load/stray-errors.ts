// Errors that nobody catches (in a timer, in a promise that nobody awaits), with the file that left them behind: it may be another
// than the one that is being evaluated when they come.

import { AsyncLocalStorage } from "node:async_hooks";

export interface StrayErrors {
  /** Whatever the work leaves behind is of this file. */
  from<T>(file: string, work: () => T): T;
}

/** No file's: what goes wrong in a module that was evaluated for an earlier file was told then. */
export const toldBefore = "";

/** Tells the first one of each file, as it comes: an interval could throw for ever. */
export function catchStrayErrors(onError: (file: string, error: unknown) => void): StrayErrors {
  const origin = new AsyncLocalStorage<string>();
  const told = new Set([toldBefore]);
  let latest = toldBefore;
  const tell = (error: unknown) => {
    // Node loses the way back only in what libraries of native code call.
    const file = origin.getStore() ?? latest;
    if (told.has(file)) return;
    told.add(file);
    onError(file, error);
  };
  process.on("unhandledRejection", tell);
  process.on("uncaughtException", tell);
  return {
    from(file, work) {
      latest = file;
      return origin.run(file, work);
    },
  };
}
