// Statements about runs of `dags test`, which no scheduler knows: who runs them, and the end of those that nobody runs any more.

import type { Tester } from "./dag-runs.ts";
import { prepare, type Store } from "./open-store.ts";

export interface RunningTest extends Tester {
  /** The store's own number of the run. */
  readonly run: number;
}

/** Those of which it is known who runs them. */
export function readRunningTests(store: Store): RunningTest[] {
  const find = prepare(
    store,
    `SELECT id AS run, test_pid AS pid, test_hostname AS hostname FROM dag_run
    WHERE is_test AND state = 'running' AND test_pid IS NOT NULL`,
  );
  return find.all() as RunningTest[];
}

/** The run failed, and what was under way with it; what had not begun stays as it is. */
export function failTestRun(store: Store, run: number, { error, at }: { error: string; at: string }): void {
  const fail = () => {
    prepare(
      store,
      `UPDATE task_instance SET state = 'failed', end_date = ?, next_try_at = NULL, error = ?
      WHERE run = ? AND state IN ('scheduled', 'running', 'restarting', 'up_for_retry')`,
    ).run(at, error, run);
    prepare(store, "UPDATE dag_run SET state = 'failed', end_date = ? WHERE id = ? AND state = 'running'").run(at, run);
  };
  store.transaction(fail).immediate();
}
