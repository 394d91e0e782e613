// What a foreground run cannot do as Airflow would: refused by name, never ignored.

import type { RunFacts } from "../runtime/contract.ts";
import type { DagModel } from "../runtime/dag/model.ts";
import { KnownError } from "../runtime/errors.ts";

/** @throws KnownError naming what is refused. */
export function refuseWhatIsNotHonoured(dag: DagModel, run: RunFacts): void {
  // Airflow creates no task instances for a logical date before the start date, and the run ends with nothing done.
  if (dag.startDate === null || run.logicalDate === null) return;
  if (new Date(run.logicalDate) >= startOf(dag)) return;
  throw new KnownError({
    what: "the logical date lies before the DAG's start date: Airflow would run none of its tasks",
    where: `DAG ${dag.id}`,
    found: `logical date ${run.logicalDate}, startDate ${dag.startDate} in ${dag.timezone}`,
    remedy: "Give a later logical date, or an earlier startDate",
    isRetryable: false,
  });
}

/** The start date's moment: the wall clock of the DAG's zone, exact but for the hour that daylight saving doubles. */
function startOf({ startDate, timezone }: DagModel): Date {
  const asUtc = new Date(`${startDate!.length === 10 ? `${startDate}T00:00:00` : startDate}Z`);
  const wallClock = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" });
  const shown = new Date(`${wallClock.format(asUtc).replace(" ", "T")}Z`);
  return new Date(2 * asUtc.getTime() - shown.getTime());
}
