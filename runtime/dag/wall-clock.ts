// Moments and what a clock on the wall shows then, where daylight saving repeats or leaves out an hour. A wall clock is held as the
// milliseconds that UTC would have at that reading. A scheduler asks for thousands of readings, and Intl is slow: each zone has one
// formatter, and remembers the days it was asked about.

/** What the clock in that zone shows. */
export function wallClockAt(moment: number, timezone: string): number {
  return moment + offsetAt(moment, timezone);
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

/** Of a date as authors write it, e.g. `2024-01-01` or `2024-01-01T06:30:00`: the moment of that reading. */
export function momentOfDate(date: string, timezone: string): number {
  return momentOf(Date.parse(`${date.length === 10 ? `${date}T00:00:00` : date}Z`), timezone);
}

const dayMs = 24 * 60 * 60 * 1000;
/** Of one zone. More than a catch-up over ten years asks for. */
const rememberedDays = 4096;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** Day since 1970 in UTC → its offsets. */
  readonly days: Map<number, Day>;
}

/** No zone has ever changed its clock twice on one day of UTC. */
interface Day {
  /** A whole second; of a day without a change its end. */
  readonly changesAt: number;
  readonly before: number;
  readonly after: number;
}

const zones = new Map<string, Zone>();

/** Milliseconds that the zone is ahead of UTC. */
function offsetAt(moment: number, timezone: string): number {
  const zone = zones.get(timezone) ?? openZone(timezone);
  const number = Math.floor(moment / dayMs);
  let day = zone.days.get(number);
  if (day === undefined) {
    day = readDay(zone, number * dayMs);
    if (zone.days.size >= rememberedDays) zone.days.clear();
    zone.days.set(number, day);
  }
  return moment < day.changesAt ? day.before : day.after;
}

function openZone(timezone: string): Zone {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  const zone = { format, days: new Map() };
  zones.set(timezone, zone);
  return zone;
}

function readDay(zone: Zone, start: number): Day {
  let [earliest, changesAt] = [start, start + dayMs];
  const before = readOffset(zone, earliest);
  const after = readOffset(zone, changesAt);
  while (before !== after && changesAt - earliest > 1000) {
    const middle = earliest + Math.floor((changesAt - earliest) / 2000) * 1000;
    if (readOffset(zone, middle) === before) earliest = middle;
    else changesAt = middle;
  }
  return { changesAt, before, after };
}

/** At a whole second. */
function readOffset({ format }: Zone, moment: number): number {
  return Date.parse(`${format.format(moment).replace(" ", "T")}Z`) - moment;
}
