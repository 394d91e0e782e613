// Airflow leaves a dag run alone until its logical date has come. Here one that has begun since then goes on, whatever becomes of the clock.

export interface DatedRun {
  readonly logicalDate: string | null;
  readonly startDate: string | null;
}

/** Milliseconds since 1970; infinitely early for a run that waits for nothing. */
export function earliestMoment({ logicalDate, startDate }: DatedRun): number {
  if (logicalDate === null) return Number.NEGATIVE_INFINITY;
  const date = Date.parse(logicalDate);
  return startDate !== null && Date.parse(startDate) >= date ? Number.NEGATIVE_INFINITY : date;
}

export function isBeforeItsDate(run: DatedRun, now: number): boolean {
  return earliestMoment(run) > now;
}
