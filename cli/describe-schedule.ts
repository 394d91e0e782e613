// A schedule as people read it.

import type { Schedule } from "../runtime/dag/schedule.ts";

/** Null: only by hand. */
export function describeSchedule(schedule: Schedule | null): string | null {
  switch (schedule?.kind) {
    case undefined:
      return null;
    case "cron":
      return `${schedule.expression} (${schedule.timezone})`;
    case "delta":
      return `every ${schedule.seconds} s`;
    case "once":
    case "continuous":
      return `@${schedule.kind}`;
    default:
      return schedule satisfies never;
  }
}
