// When a time zone's clock jumps, from the zones that Node brings along. Of two fixed years: a lint finds the same today and tomorrow.

export interface ClockChange {
  readonly kind: "skipped" | "doubled";
  readonly timezone: string;
  /** Of the local day, e.g. `2026-03-29`. */
  readonly date: string;
  readonly month: number;
  readonly day: number;
  /** Sunday is 0. */
  readonly weekday: number;
  /** Minutes of that day: the first that is skipped or doubled, and the first that is not any more. */
  readonly fromMinute: number;
  readonly toMinute: number;
}

const firstHour = Date.UTC(2026, 0, 1);
const lastHour = Date.UTC(2028, 0, 1);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const known = new Map<string, readonly ClockChange[]>();

/** Empty for a zone without daylight saving, and for one that does not exist. */
export function clockChangesOf(timezone: string): readonly ClockChange[] {
  if (!known.has(timezone)) known.set(timezone, findChanges(timezone));
  return known.get(timezone)!;
}

function findChanges(timezone: string): ClockChange[] {
  const offsetAt = offsetReader(timezone);
  if (offsetAt === undefined) return [];
  const changes: ClockChange[] = [];
  for (let day = firstHour; day < lastHour; day += dayMs) {
    if (offsetAt(day) === offsetAt(day + dayMs)) continue;
    let moment = day;
    while (offsetAt(moment) === offsetAt(moment + hourMs / 4)) moment += hourMs / 4;
    changes.push(
      describeChange(timezone, moment + hourMs / 4, { before: offsetAt(moment), after: offsetAt(day + dayMs) }),
    );
  }
  return changes;
}

/** The local clock shows `moment + before` when it jumps to `moment + after`. */
function describeChange(timezone: string, moment: number, offset: { before: number; after: number }): ClockChange {
  const from = new Date(moment + Math.min(offset.before, offset.after));
  const fromMinute = from.getUTCHours() * 60 + from.getUTCMinutes();
  return {
    kind: offset.after > offset.before ? "skipped" : "doubled",
    timezone,
    date: from.toISOString().slice(0, 10),
    month: from.getUTCMonth() + 1,
    day: from.getUTCDate(),
    weekday: from.getUTCDay(),
    fromMinute,
    toMinute: fromMinute + Math.abs(offset.after - offset.before) / 60_000,
  };
}

/** Milliseconds that the local clock is ahead of UTC. */
function offsetReader(timezone: string): ((moment: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
    return (moment) => Date.parse(`${format.format(moment).replace(" ", "T")}Z`) - moment;
  } catch {
    return undefined;
  }
}
