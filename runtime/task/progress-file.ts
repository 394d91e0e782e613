// Progress, as lines of JSON that the live table reads. Losing it loses nothing: its errors are not the task's.

import { appendFileSync } from "node:fs";
import type { Progress } from "../contract.ts";

export function createProgressWriter(path: string): (progress: Progress) => void {
  return (progress) => {
    try {
      appendFileSync(path, `${JSON.stringify(progress)}\n`);
    } catch {
      // The folder may be gone with a caller that was killed; the watch over the caller ends the task.
    }
  };
}
