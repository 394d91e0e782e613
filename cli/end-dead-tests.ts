// Ends the runs of `dags test` whose process is gone without a word (kill -9, a loss of power): nobody goes on with them, and they would be running for
// good. A number that another process has by now hides one, until that is gone, too.

import { hostname } from "node:os";
import type { Store } from "../runtime/store/open-store.ts";
import { failTestRun, readRunningTests } from "../runtime/store/test-runs.ts";
import { isProcess } from "./living-jobs.ts";

export function endDeadTests(store: Store): void {
  const dead = readRunningTests(store).filter((test) => test.hostname === hostname() && !isProcess(test.pid));
  const at = new Date().toISOString();
  for (const { run } of dead) failTestRun(store, run, { error: "the process of its `dags test` was killed", at });
}
