// The moments between which a DAG has runs. Source: DAG._time_restriction of Airflow; tasks have no dates of their own here.

import type { DagModel } from "./model.ts";
import { momentOfDate } from "./wall-clock.ts";

export interface DagDates {
  readonly startDate: number | null;
  /** Included. */
  readonly endDate: number | null;
}

/** Milliseconds since 1970; null where the DAG says nothing. */
export function dagDates({
  startDate,
  endDate,
  timezone,
}: Pick<DagModel, "startDate" | "endDate" | "timezone">): DagDates {
  return {
    startDate: startDate === null ? null : momentOfDate(startDate, timezone),
    endDate: endDate === undefined ? null : momentOfDate(endDate, timezone),
  };
}
