// Says of a development build that it is in use: what lies unused for long is pruned by any command.

import { utimesSync } from "node:fs";
import { join } from "node:path";

/** @param folder that of its manifest. A build that is gone is not missed here. */
export function touchBuild(folder: string): void {
  const now = new Date();
  try {
    utimesSync(join(folder, "..", ".."), now, now);
  } catch {
    // Somebody removed it: whoever runs it will say so.
  }
}
