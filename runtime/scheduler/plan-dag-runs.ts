// Which dag runs are due. Pure. Called whenever something may have become due: a moment has come, a run has ended, a DAG has changed.

import { dagDates } from "../dag/dag-dates.ts";
import type { DataInterval } from "../dag/data-interval.ts";
import type { DagModel } from "../dag/model.ts";
import { nextSlot, type RunSlot } from "../dag/timetable.ts";

export interface ScheduledDag {
  readonly model: DagModel;
  /** Of the latest run that no person started. */
  readonly last: DataInterval | null;
  /** Runs that are queued or running, without those of backfills. */
  readonly activeRuns: number;
  readonly maxActiveRuns: number;
}

export type SlotPlan =
  | { readonly kind: "create"; readonly slot: RunSlot }
  /** Nothing before this moment. */
  | { readonly kind: "wake"; readonly at: number }
  /** Nothing before a run ends, or ever. */
  | { readonly kind: "rest" };

/**
 * The next run of a DAG that is not paused. Where runs were missed and there is no catchup, that is the latest of them.
 * Source: _create_dag_runs in airflow/jobs/scheduler_job_runner.py of Airflow 3.3.
 */
export function planDagRun({ model, last, activeRuns, maxActiveRuns }: ScheduledDag, now: number): SlotPlan {
  if (model.schedule === null || activeRuns >= maxActiveRuns) return { kind: "rest" };
  const slot = nextSlot({ schedule: model.schedule, ...dagDates(model), catchup: model.catchup, last, now });
  if (slot === null) return { kind: "rest" };
  return slot.runAfter <= now ? { kind: "create", slot } : { kind: "wake", at: slot.runAfter };
}
