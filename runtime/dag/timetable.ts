// When the next run of a DAG is: a port of Airflow's next_dagrun_info, for the timetables that the emitter writes. Nothing is kept
// between two questions: the answer follows from the last run and the clock, so it is the same after a restart.
// Source: airflow/timetables/interval.py, trigger.py and simple.py of 3.3.2; where earlier versions differ, it is said.

import { type Cadence, cadenceOf, type PeriodicSchedule, roundDown } from "./cadence.ts";
import type { DataInterval } from "./data-interval.ts";
import type { Schedule } from "./schedule.ts";

/** Moments in milliseconds since 1970, here and below. */
export interface RunSlot {
  readonly logicalDate: number;
  readonly dataInterval: DataInterval;
  /** It starts no sooner. */
  readonly runAfter: number;
}

export interface SlotQuestion {
  /** A DAG without a schedule has no slots: nobody asks. */
  readonly schedule: Schedule;
  readonly startDate: number | null;
  /** The last logical date there can be, of a continuous schedule the end of the last data interval. */
  readonly endDate: number | null;
  readonly catchup: boolean;
  /** Of the last run that was scheduled or backfilled; null before the first. A run that was started by hand does not count. */
  readonly last: DataInterval | null;
  readonly now: number;
}

/** Null: there is no further run. The slot may lie in the future: its run is made when `runAfter` has come. */
export function nextSlot(question: SlotQuestion): RunSlot | null {
  const dataInterval = nextDataInterval(question.schedule, question);
  if (dataInterval === null || dataInterval.start < firstMoment || dataInterval.end > lastMoment) return null;
  return { logicalDate: dataInterval.start, dataInterval, runAfter: dataInterval.end };
}

/** The slots whose logical date lies between two moments, both included, ascending: those of a backfill. */
export function* slotsBetween(schedule: PeriodicSchedule, earliest: number, latest: number): Iterable<RunSlot> {
  // With catchup no answer depends on the clock.
  const between = { schedule, startDate: earliest, endDate: latest, catchup: true, now: latest };
  let slot = nextSlot({ ...between, last: null });
  while (slot !== null) {
    yield slot;
    slot = nextSlot({ ...between, last: slot.dataInterval });
  }
}

/** Python counts the years 1 to 9999: beyond them Airflow plans no run. */
const firstMoment = Date.parse("0001-01-01T00:00:00Z");
const lastMoment = Date.parse("9999-12-31T23:59:59.999Z");

type Facts = Omit<SlotQuestion, "schedule">;

function nextDataInterval(schedule: Schedule, facts: Facts): DataInterval | null {
  switch (schedule.kind) {
    case "once":
      return onceInterval(facts);
    case "continuous":
      return continuousInterval(facts);
    case "cron":
    case "delta":
      return schedule.dataInterval ? nextWholeInterval(schedule, facts) : nextTrigger(schedule, facts);
    default:
      return schedule satisfies never;
  }
}

/** OnceTimetable. Without a start date Airflow 3.0 has no run at all. */
function onceInterval({ startDate, endDate, last, now }: Facts): DataInterval | null {
  const at = startDate ?? now;
  return last !== null || isAfter(at, endDate) ? null : { start: at, end: at };
}

/** ContinuousTimetable. Without a start date Airflow 3.0 and 3.1 have no run at all. */
function continuousInterval({ startDate, endDate, last, now }: Facts): DataInterval | null {
  const first = startDate ?? now;
  let interval: DataInterval;
  if (last === null) interval = { start: first, end: Math.max(first, now) };
  // The start date lies in the future, or the clock was put back.
  else if (last.end > now) interval = { start: first, end: first + (last.end - last.start) };
  else interval = { start: last.end, end: now };
  return isAfter(interval.end, endDate) ? null : interval;
}

/** CronTriggerTimetable and DeltaTriggerTimetable: a run stands for its moment. Without catchup, moments that have passed are passed over. */
function nextTrigger(schedule: PeriodicSchedule, facts: Facts): DataInterval | null {
  const { startDate, catchup, last, now } = facts;
  const cadence = cadenceOf(schedule);
  const first = startDate === null ? null : cadence.alignToNext(startDate);
  const following = last === null ? (first ?? firstTrigger(schedule, cadence, now)) : cadence.next(last.end);
  const at = catchup ? following : Math.max(cadence.alignToPrevious(now), following, first ?? following);
  return isAfter(at, facts.endDate) ? null : { start: at, end: at };
}

/**
 * Without a start date: the moment that has just passed, by five minutes or a tenth of the time between two at most, or the next one.
 * (_calc_first_run, with run_immediately=False.)
 */
function firstTrigger(schedule: PeriodicSchedule, cadence: Cadence, now: number): number {
  if (schedule.kind === "delta") return now;
  const past = cadence.alignToPrevious(now);
  const next = cadence.alignToNext(now);
  const longestDelay = Math.max((next - past) / 10, 5 * 60_000);
  return now - past <= longestDelay ? past : next;
}

/** CronDataIntervalTimetable and DeltaDataIntervalTimetable: a run stands for the time up to the moment it starts at. */
function nextWholeInterval(schedule: PeriodicSchedule, facts: Facts): DataInterval | null {
  const { startDate, endDate, catchup, last, now } = facts;
  const cadence = cadenceOf(schedule);
  const newest = catchup ? null : newestStart(schedule, cadence, now);
  if (newest === undefined) return null;
  const earliest = latestOf(newest, startDate === null ? null : cadence.alignToNext(startDate));
  // Aligned, as a schedule that was changed may have no moment where the last run ended.
  let start = latestOf(earliest, last === null ? null : cadence.alignToPrevious(last.end));
  if (start === null) return null;
  // After a change to longer intervals that may be where the last run began, or before. Up to 3.2 Airflow names a run again that there
  // was, and stands still.
  if (last !== null && start <= last.start) start = cadence.next(start);
  if ((last !== null && start <= last.start) || isAfter(start, endDate)) return null;
  return { start, end: cadence.next(start) };
}

/** Where the newest whole interval begins: without catchup none before it counts. Undefined where Airflow fails. (_skip_to_latest.) */
function newestStart(schedule: PeriodicSchedule, cadence: Cadence, now: number): number | undefined {
  if (schedule.kind === "delta") return cadence.previous(roundDown(now, schedule.seconds));
  const start = cadence.previous(now);
  const end = cadence.next(start);
  // Of a schedule of every hour Airflow counts on the wall clock how long it is to the next moment. Where that time is not all there is,
  // as on a weekend in which the clock is changed, it is an hour off: it finds that out here, and plans no run.
  if (end < now) return undefined;
  return end === now ? start : cadence.previous(start);
}

function isAfter(moment: number, endDate: number | null): boolean {
  return endDate !== null && moment > endDate;
}

function latestOf(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
