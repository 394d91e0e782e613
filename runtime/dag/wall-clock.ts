// Moments and what a clock on the wall shows then, where daylight saving repeats or leaves out an hour. A wall clock is held as the
// milliseconds that UTC would have at that reading.

/** What the clock in that zone shows. */
export function wallClockAt(moment: number, timezone: string): number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  const fraction = ((moment % 1000) + 1000) % 1000;
  return Date.parse(`${format.format(moment).replace(" ", "T")}Z`) + fraction;
}

/**
 * The moment of that reading: of a doubled hour the second, of an hour left out as much later as is left out.
 * Source: airflow.utils.timezone (make_aware), pendulum.
 */
export function momentOf(wallClock: number, timezone: string): number {
  const before = wallClock - offsetAt(wallClock - dayMs, timezone);
  const after = wallClock - offsetAt(wallClock + dayMs, timezone);
  const readings = [before, after].filter((moment) => wallClockAt(moment, timezone) === wallClock);
  return readings.length === 0 ? before : Math.max(...readings);
}

const dayMs = 24 * 60 * 60 * 1000;

/** Milliseconds that the zone is ahead of UTC. */
function offsetAt(moment: number, timezone: string): number {
  return wallClockAt(moment, timezone) - moment;
}
