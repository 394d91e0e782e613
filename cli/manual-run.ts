// The facts of a run that somebody starts by hand. Source of its id: airflow/models/dagrun.py.

import type { RunFacts } from "../runtime/contract.ts";
import { airflowTime } from "../runtime/dag/airflow-time.ts";
import { manualDataInterval } from "../runtime/dag/data-interval.ts";
import type { JsonObject } from "../runtime/dag/json.ts";
import type { Schedule } from "../runtime/dag/schedule.ts";
import { KnownError } from "../runtime/errors.ts";

/** `undefined`: `dags test` takes the present moment, as Airflow's does. */
export function manualRun(schedule: Schedule | null, logicalDate: Date | undefined, now: Date): RunFacts {
  const moment = logicalDate ?? now;
  const { start, end } = manualDataInterval(schedule, moment.getTime());
  return {
    id: `manual__${airflowTime(now)}`,
    type: "manual",
    logicalDate: airflowTime(moment),
    dataIntervalStart: airflowTime(new Date(start)),
    dataIntervalEnd: airflowTime(new Date(end)),
    runAfter: airflowTime(now),
  };
}

/** @throws KnownError when it is no moment. Without an offset it is UTC. */
export function parseLogicalDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const isIso = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const hasOffset = /(Z|[T ].*[+-]\d{2}:?\d{2})$/.test(text);
  const date = new Date(text.length > 10 && !hasOffset ? `${text.replace(" ", "T")}Z` : text.replace(" ", "T"));
  if (isIso && !Number.isNaN(date.getTime()) && isOnCalendar(text)) return date;
  throw new KnownError({
    what: "the logical date is not a moment in time",
    where: "second argument of `dags test`",
    found: JSON.stringify(text),
    remedy: "Write it as 2026-01-01 or 2026-01-01T06:00:00+01:00",
    isRetryable: false,
  });
}

/** `Date` takes 2026-02-30 for the second of March. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && !/[T ]24/.test(text);
}

/** @throws KnownError unless it is a JSON object. */
export function parseConf(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  let value: unknown;
  let found = text;
  try {
    value = JSON.parse(text);
  } catch (error) {
    found = `${text} (${(error as Error).message})`;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new KnownError({
    what: "the conf is a JSON object",
    where: "--conf",
    found,
    remedy: `Write it as --conf '{"limit": 10}'`,
    isRetryable: false,
  });
}

/** @throws KnownError for a negative number. */
export function checkRetryDelay(seconds: number | undefined): void {
  if (seconds === undefined || seconds >= 0) return;
  throw new KnownError({
    what: "the retry delay is a number of seconds",
    where: "--retry-delay",
    found: String(seconds),
    remedy: "Write 0 to try again at once",
    isRetryable: false,
  });
}
