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
  const { schedule, catchup } = model;
  if (schedule === null || activeRuns >= maxActiveRuns) return { kind: "rest" };
  const isContinuous = schedule.kind === "continuous";
  if (isContinuous && last !== null && last.end <= now && now - last.end < continuousPauseMs) {
    return { kind: "wake", at: last.end + continuousPauseMs };
  }
  const present = isContinuous && last !== null ? newestPast(last, now) : last;
  const slot = nextSlot({ schedule, ...dagDates(model), catchup, last: present, now });
  if (slot === null) return { kind: "rest" };
  return slot.runAfter <= now ? { kind: "create", slot } : { kind: "wake", at: slot.runAfter };
}

/** From one run of a continuous schedule to the next at least, as runs may be over at once. Airflow's scheduler rests as long between two looks. */
const continuousPauseMs = 1_000;

/**
 * What a continuous schedule goes on from. Airflow would stand still in two cases, as it names a logical date for ever that has a run: when the
 * clock was put back until it is where it was, and after a run whose data interval is a moment.
 */
function newestPast(last: DataInterval, now: number): DataInterval {
  if (last.end > now) return { start: now - continuousPauseMs, end: now - continuousPauseMs };
  return last.start === last.end ? { start: last.start, end: last.end + 1 } : last;
}
