// Moments and what a clock on the wall shows then, where daylight saving repeats or leaves out an hour. A wall clock is held as the
// milliseconds that UTC would have at that reading. A scheduler asks for thousands of readings, and Intl is slow: each zone has one
// formatter, and remembers the days on which its clock is not changed.

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
  /** Day since 1970 in UTC → offset, null where the clock is changed on that day. It is never changed twice on one. */
  readonly offsets: Map<number, number | null>;
}

const zones = new Map<string, Zone>();

/** Milliseconds that the zone is ahead of UTC. */
function offsetAt(moment: number, timezone: string): number {
  const zone = zones.get(timezone) ?? openZone(timezone);
  const day = Math.floor(moment / dayMs);
  let offset = zone.offsets.get(day);
  if (offset === undefined) {
    const atStart = readOffset(zone, day * dayMs);
    offset = atStart === readOffset(zone, (day + 1) * dayMs) ? atStart : null;
    if (zone.offsets.size >= rememberedDays) zone.offsets.clear();
    zone.offsets.set(day, offset);
  }
  return offset ?? readOffset(zone, moment);
}

function openZone(timezone: string): Zone {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  const zone = { format, offsets: new Map() };
  zones.set(timezone, zone);
  return zone;
}

function readOffset({ format }: Zone, moment: number): number {
  const wholeSecond = Math.floor(moment / 1000) * 1000;
  return Date.parse(`${format.format(wholeSecond).replace(" ", "T")}Z`) - wholeSecond;
}
