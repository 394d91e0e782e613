// The facts of a run that somebody starts by hand. Source of its id: airflow/models/dagrun.py.

import { randomInt } from "node:crypto";
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

export interface Trigger {
  /** Default: one that no other run has. */
  readonly runId: string | undefined;
  readonly logicalDate: Date | undefined;
}

/**
 * Of `dags trigger`. Without a logical date there is no data interval; the id then ends in signs of chance, as in Airflow 3.0: our clock has
 * no microseconds, as 3.3 relies on. A data interval is that of the logical date, as Airflow's page has it; its command line takes that of
 * the present moment.
 */
export function triggeredRun(schedule: Schedule | null, { runId, logicalDate }: Trigger, now: Date): RunFacts {
  const facts = manualRun(schedule, logicalDate, now);
  if (logicalDate !== undefined) return { ...facts, id: runId ?? facts.id };
  const id = runId ?? `${facts.id}_${randomSigns(8)}`;
  return { ...facts, id, logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null };
}

const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomSigns(count: number): string {
  return Array.from({ length: count }, () => signs[randomInt(signs.length)]).join("");
}

/** Of 255 bytes that a folder's name may have, `run_id=` takes seven. */
const longestRunId = 248;
/** Of which Airflow knows the kind of a run by its id. */
const reservedPrefixes = ["backfill", "scheduled", "operator_triggered", "asset_triggered", "asset_materialization"];

/** Source: DagRun.validate_run_id and DAG.create_dagrun of Airflow 3.3. @throws KnownError */
export function checkRunId(runId: string | undefined): void {
  if (runId === undefined) return;
  const refuse = (found: string, remedy: string) => {
    const trouble = { what: "the run id cannot be used", where: "--run-id", found, remedy };
    throw new KnownError({ ...trouble, isRetryable: false });
  };
  const shown = JSON.stringify(runId);
  if (runId.length > longestRunId) refuse(`${runId.length} signs`, `Use ${longestRunId} at most`);
  if (!/^[A-Za-z0-9_.~:+-]+$/.test(runId)) refuse(shown, "Use letters, digits and _ . ~ : + - only");
  if (runId.includes("..")) refuse(shown, "Leave out the two dots: the id is part of a path");
  const prefix = reservedPrefixes.find((kind) => runId.startsWith(`${kind}__`));
  if (prefix !== undefined) refuse(shown, `Begin it otherwise: ${prefix}__ is for runs that nobody starts by hand`);
}

/** @throws KnownError when it is no moment. Without an offset it is UTC. */
export function parseLogicalDate(text: string | undefined, where = "second argument of `dags test`"): Date | undefined {
  return parseMoment(text, "the logical date is not a moment in time", where);
}

/** @throws KnownError when it is no moment. Without an offset it is UTC. */
export function parseMoment(text: string | undefined, what: string, where: string): Date | undefined {
  if (text === undefined) return undefined;
  const date = findMoment(text);
  if (date !== undefined) return date;
  throw new KnownError({
    what,
    where,
    found: JSON.stringify(text),
    remedy: "Write it as 2026-01-01 or 2026-01-01T06:00:00+01:00",
    isRetryable: false,
  });
}

/** Undefined when it is no moment. Without an offset it is UTC. */
export function findMoment(text: string): Date | undefined {
  const isIso = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const hasOffset = /(Z|[T ].*[+-]\d{2}:?\d{2})$/.test(text);
  const date = new Date(text.length > 10 && !hasOffset ? `${text.replace(" ", "T")}Z` : text.replace(" ", "T"));
  return isIso && !Number.isNaN(date.getTime()) && isOnCalendar(text) ? date : undefined;
}

/** `Date` takes 2026-02-30 for the second of March. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) && !/[T ]24/.test(text);
}

/** @throws KnownError unless it is a JSON object. */
export function parseConf(text: string | undefined, where = "--conf"): JsonObject {
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
    where,
    found,
    remedy: `Write it as ${where} '{"limit": 10}'`,
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
