// The runs that a DAG's schedule makes next, whether a scheduler runs or not. Source: dag_next_execution in
// airflow/cli/commands/dag_command.py of Airflow 3.3.

import { dagDates } from "../runtime/dag/dag-dates.ts";
import { nextSlot, type RunSlot } from "../runtime/dag/timetable.ts";
import type { KnownDag } from "./known-dags.ts";

/** Null: there is none any more, or the DAG has no schedule. It may be due already: of a DAG that is paused, or while nothing schedules. */
export function nextRun({ model, last }: KnownDag, now: number): RunSlot | null {
  const { schedule, catchup } = model;
  return schedule === null ? null : nextSlot({ schedule, ...dagDates(model), catchup, last, now });
}

/** The next one and those after it, `count` in all, null where they end; of those after it the DAG's dates say nothing, as in Airflow. */
export function nextRuns(dag: KnownDag, count: number, now: number): (RunSlot | null)[] {
  const runs = [nextRun(dag, now)];
  const { schedule } = dag.model;
  while (runs.length < count && schedule !== null) {
    const last = runs.at(-1)?.dataInterval;
    if (last === undefined) break;
    runs.push(nextSlot({ schedule, startDate: null, endDate: null, catchup: true, last, now }));
  }
  return runs;
}

/** Of Airflow's: nobody reads seconds that are zero. */
export function shortTime(time: string): string {
  return time.replace(/(:00)?\+00:00$/, "Z");
}
