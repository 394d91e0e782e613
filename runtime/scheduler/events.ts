// What a scheduler tells while it works, for its log and for those who watch.

import type { DagRunState, TaskState } from "../dag/states.ts";

export type SchedulerEvent =
  | { readonly kind: "dag_run"; readonly dagId: string; readonly runId: string; readonly state: DagRunState }
  | {
      readonly kind: "task_instance";
      readonly dagId: string;
      readonly runId: string;
      readonly taskId: string;
      readonly state: TaskState;
      readonly tryNumber: number;
      readonly error: string | null;
    }
  | { readonly kind: "dag_paused"; readonly dagId: string; readonly reason: string }
  | { readonly kind: "adopted"; readonly processes: number; readonly started: number }
  | { readonly kind: "trouble"; readonly text: string };
