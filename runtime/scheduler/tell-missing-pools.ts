// Tasks in a pool that does not exist wait until somebody makes it: that is told, once for each pool. In Airflow it is a warning of the DAG.

import type { ReadyTask } from "./plan-starts.ts";
import type { Turn } from "./turn.ts";

/** @param ready lists of one pool each. */
export function tellMissingPools({ memory, events }: Turn, ready: readonly (readonly ReadyTask[])[]): void {
  for (const [task] of ready) {
    if (task === undefined || memory.pools.has(task.pool) || memory.missingPools.has(task.pool)) continue;
    memory.missingPools.add(task.pool);
    const pool = JSON.stringify(task.pool);
    const remedy = `\`npx dagwright pools set ${pool} SLOTS DESCRIPTION\` makes it`;
    events.push({
      kind: "trouble",
      text: `there is no pool ${pool}: task ${task.taskId} of ${task.dagId} waits, and so does every task in it; ${remedy}`,
    });
  }
}
