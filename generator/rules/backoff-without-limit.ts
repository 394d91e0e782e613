// Waits that double: by the sixth try an hour, by the tenth a day, and the run with them.

import { effectiveArgs, type TaskModel } from "../../runtime/dag/model.ts";
import type { LoadedDag } from "../load/loaded.ts";
import { inTask, type Rule } from "./rule.ts";

export const backoffWithoutLimit: Rule = {
  code: "backoff-without-limit",
  group: "convention",
  severity: "warning",
  summary: "where waits between tries double, maxRetryDelay limits them",
  options: {
    maxSeconds: {
      kind: "count",
      default: 3600,
      description: "Write maxSeconds: 3600, a last wait that needs no limit",
    },
  },
  view: "dag",
  check: (dag, options) => {
    const max = options["maxSeconds"] as number;
    return dag.model.tasks.flatMap((task, index) => {
      const wait = lastWait(dag, task);
      if (wait <= max) return [];
      return [
        {
          at: inTask(dag, index, "maxRetryDelay"),
          text: `the last wait of task ${JSON.stringify(task.id)} is at least ${hours(wait)} h: retryExponentialBackoff without maxRetryDelay`,
          remedy: "write maxRetryDelay in seconds, beside retryExponentialBackoff, or fewer retries",
        },
      ];
    });
  },
};

/** Airflow's `[core] max_task_retry_delay`. */
const longestSeconds = 24 * 60 * 60;

/** In seconds, without the part that Airflow adds by chance; 0 where there is a limit or no doubling. */
function lastWait(dag: LoadedDag, task: TaskModel): number {
  const { retries, retryDelay, retryExponentialBackoff, maxRetryDelay } = effectiveArgs(dag.model, task);
  if (!retryExponentialBackoff || maxRetryDelay !== null || retries < 1) return 0;
  return Math.min(retryDelay * 2 ** (retries - 1), longestSeconds);
}

function hours(seconds: number): string {
  return (seconds / 3600).toFixed(1).replace(/\.0$/, "");
}
