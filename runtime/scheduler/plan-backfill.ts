// Which dag runs a backfill is made of: for each logical date between two moments a new run, or one of before that runs again, or none.
// Pure. Source: airflow/models/backfill.py of Airflow 3.3.

import { refusedRemedy } from "../dag/destructive.ts";
import { type DagModel, effectiveArgs } from "../dag/model.ts";
import type { DagRunState } from "../dag/states.ts";
import { type RunSlot, slotsBetween } from "../dag/timetable.ts";
import type { ReprocessBehavior } from "../store/backfills.ts";

export interface BackfillRequest {
  readonly model: DagModel;
  /** Milliseconds since 1970, both included: of logical dates. */
  readonly from: number;
  readonly to: number;
  readonly runBackwards: boolean;
  /** Null: not said. That means `none`, which a DAG that depends on the past does not take. */
  readonly reprocessBehavior: ReprocessBehavior | null;
}

export interface BackfillRefusal {
  readonly reason:
    | "destructive"
    | "not_periodic"
    | "already_running"
    | "reversed_dates"
    | "future_dates"
    | "backwards_on_past"
    | "no_reprocessing"
    | "no_runs"
    | "too_many_runs";
  readonly what: string;
  readonly found: string;
  readonly remedy: string;
}

/** More are surely a mistake in a date; they would be made in one transaction. */
export const maxBackfillRuns = 100_000;

/** Undefined when there is nothing against it. The first reason, in Airflow's order. */
export function refuseBackfill(
  request: BackfillRequest,
  { hasOpenBackfill, now }: { readonly hasOpenBackfill: boolean; readonly now: number },
): BackfillRefusal | undefined {
  const { model, from, to } = request;
  if (model.destructive) {
    return {
      reason: "destructive",
      what: "the DAG is destructive: no backfill may run it",
      found: "destructive: true",
      remedy: refusedRemedy,
    };
  }
  if (periodicSchedule(model) === undefined) return notPeriodic(model);
  if (hasOpenBackfill) {
    return {
      reason: "already_running",
      what: "there can be only one running backfill of a DAG",
      found: "another one is running",
      remedy: "Wait until its runs have ended",
    };
  }
  if (from > to) {
    return {
      reason: "reversed_dates",
      what: "a backfill ends after it begins",
      found: `${new Date(from).toISOString()} is after ${new Date(to).toISOString()}`,
      remedy: "Swap --from-date and --to-date",
    };
  }
  if (from >= now) {
    return {
      reason: "future_dates",
      what: "a backfill is of the past",
      found: `it would begin at ${new Date(from).toISOString()}`,
      remedy: "Write an earlier --from-date",
    };
  }
  return refusePast(request);
}

function refusePast({ model, runBackwards, reprocessBehavior }: BackfillRequest): BackfillRefusal | undefined {
  const dependent = model.tasks.find((task) => {
    const { dependsOnPast, waitForDownstream } = effectiveArgs(model, task);
    return dependsOnPast || waitForDownstream;
  });
  if (dependent === undefined) return undefined;
  const found = `task ${dependent.id} depends on its run of before`;
  if (runBackwards) {
    return {
      reason: "backwards_on_past",
      what: "a DAG with tasks that depend on the past cannot run backwards",
      found,
      remedy: "Leave out --run-backwards",
    };
  }
  if (reprocessBehavior !== null && reprocessBehavior !== "none") return undefined;
  return {
    reason: "no_reprocessing",
    what: "where tasks depend on the past, runs of before have to run again",
    found,
    remedy: "Add --reprocess-behavior failed or --reprocess-behavior completed",
  };
}

function notPeriodic({ schedule }: DagModel): BackfillRefusal {
  return {
    reason: "not_periodic",
    what: "only a DAG with a cron schedule or a duration has backfills",
    found: schedule === null ? "it has no schedule" : `it runs @${schedule.kind}`,
    remedy: "Run it by hand: npx dagwright dags trigger DAG_ID",
  };
}

export function refuseSlots(slots: readonly RunSlot[]): BackfillRefusal | undefined {
  if (slots.length > maxBackfillRuns) {
    return {
      reason: "too_many_runs",
      what: `a backfill has ${maxBackfillRuns} runs at most`,
      found: "there would be more",
      remedy: "Bring --from-date and --to-date closer together",
    };
  }
  if (slots.length > 0) return undefined;
  return {
    reason: "no_runs",
    what: "there are no runs to create",
    found: "no logical date of the schedule lies between the dates",
    remedy: "Widen --from-date and --to-date; data intervals must have ended",
  };
}

/** Those whose data interval has ended, in the order in which they start. */
export function backfillSlots({ model, from, to, runBackwards }: BackfillRequest, now: number): RunSlot[] {
  const slots: RunSlot[] = [];
  for (const slot of slotsBetween(periodicSchedule(model)!, from, to)) {
    if (slot.dataInterval.end >= now || slots.length > maxBackfillRuns) break;
    slots.push(slot);
  }
  return runBackwards ? slots.reverse() : slots;
}

export type SlotAction =
  | { readonly kind: "create" }
  | { readonly kind: "clear" }
  | { readonly kind: "skip"; readonly reason: "in flight" | "already exists" };

/** @param state of the run that its logical date has already */
export function planSlot(state: DagRunState | undefined, reprocessBehavior: ReprocessBehavior | null): SlotAction {
  if (state === undefined) return { kind: "create" };
  if (state !== "success" && state !== "failed") return { kind: "skip", reason: "in flight" };
  const isReprocessed = reprocessBehavior === "completed" || (reprocessBehavior === "failed" && state === "failed");
  return isReprocessed ? { kind: "clear" } : { kind: "skip", reason: "already exists" };
}

function periodicSchedule({ schedule }: DagModel) {
  return schedule?.kind === "cron" || schedule?.kind === "delta" ? schedule : undefined;
}
