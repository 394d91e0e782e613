// A tick each second. Between two of them a timer wakes the scheduler at the very moment; but a timer sleeps with the machine, and does not see
// a clock that is set. The one importer of node-cron.

import { schedule } from "node-cron";

/** Returns what ends it. */
export function startTicking(onTick: () => void): () => void {
  const task = schedule("* * * * * *", onTick, { suppressMissedWarning: true });
  return () => void task.destroy();
}
