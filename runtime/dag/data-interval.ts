// The data interval of a run that is started by hand. Source: airflow/timetables/interval.py and trigger.py
// (infer_manual_data_interval) of Airflow 3.0.6 and 3.3.2, which agree.

import { cadenceOf } from "./cadence.ts";
import type { Schedule } from "./schedule.ts";

/** Milliseconds since 1970. */
export interface DataInterval {
  readonly start: number;
  readonly end: number;
}

/** Of zero length, unless the schedule is one of data intervals: then the last whole one before the logical date. */
export function manualDataInterval(schedule: Schedule | null, logicalDate: number): DataInterval {
  const exact = { start: logicalDate, end: logicalDate };
  if (schedule?.kind !== "cron" && schedule?.kind !== "delta") return exact;
  if (schedule.dataInterval !== true) return exact;
  const { previous, alignToPrevious } = cadenceOf(schedule);
  const end = alignToPrevious(logicalDate);
  return { start: previous(end), end };
}
